#!/bin/bash
# A Debian package, built in two places with debhelper, comes out with all that goes along with it as
# the same bytes once dpkg-buildpackage is wrapped.
. "$(dirname "$0")/two_places.sh"

if have dpkg-buildpackage && have dh; then
  fill_sources() {
    mkdir -p tiny/debian/source
    cd tiny && make_stage files "$1"
    printf '%s\n' 'Source: tiny' 'Section: misc' 'Priority: optional' \
      'Maintainer: Nobody <nobody@example.org>' 'Build-Depends: debhelper-compat (= 13)' \
      'Standards-Version: 4.6.2' 'Rules-Requires-Root: no' '' 'Package: tiny' 'Architecture: all' \
      'Description: tiny' ' tiny' >debian/control
    printf '%s\n' 'tiny (1.2) unstable; urgency=medium' '' '  * Tiny.' '' \
      ' -- Nobody <nobody@example.org>  Tue, 02 Jan 2024 03:04:05 +0000' >debian/changelog
    echo '3.0 (native)' >debian/source/format
    printf '%s\n' 'files/share usr' 'files/lib usr' >debian/install
    printf '#!/usr/bin/make -f\n%%:\n\tdh $@\noverride_dh_strip_nondeterminism:\n' >debian/rules
    chmod 755 debian/rules
  }
  # Strict takes the day out of what goes along with the package, too; the sums hold.
  same_anyway=1 inside=tiny same_package dpkg-buildpackage fill_sources 'tiny_*' --profile strict -- \
    dpkg-buildpackage -us -uc -b -d
  for list in "$work"/dpkg-buildpackage-wrapped/here-*/real/*.changes; do
    awk '/^Checksums-Sha256:/ { list = 1; next } /^[^ ]/ { list = 0 } list { print $1 "  " $3 }' "$list" |
      (cd "${list%/*}" && sha256sum --check --quiet -) || fail "dpkg-buildpackage: sums"
  done
fi

#!/bin/bash
# Packages of distributions, built in two places by their own tools, are the same bytes once these
# are wrapped, and the tools take them for whole.
. "$(dirname "$0")/two_places.sh"

if have dpkg-deb; then
  fill_deb() {
    make_stage stage/usr "$1"
    mkdir stage/DEBIAN
    printf '%s\n' 'Package: tiny' 'Version: 1.2' 'Architecture: all' \
      'Maintainer: Nobody <nobody@example.org>' 'Description: tiny' >stage/DEBIAN/control
    chmod 755 stage stage/DEBIAN
  }
  same_package dpkg-deb fill_deb tiny.deb -- dpkg-deb -b stage tiny.deb
  grep -q 'root/root .*usr/share/file-9.txt' <<<"$(dpkg-deb -c "$package")" || fail "dpkg-deb: no list"
  # Sums that were taken of the stage before hold in the package.
  fill_summed() {
    fill_deb "$1"
    (cd stage && find usr -type f | sort | xargs md5sum) >sums && mv sums stage/DEBIAN/md5sums
  }
  same_package dpkg-deb-sums fill_summed tiny.deb -- dpkg-deb -b stage tiny.deb
  mkdir "$work/deb" && dpkg-deb -R "$package" "$work/deb"
  (cd "$work/deb" && md5sum --quiet -c DEBIAN/md5sums) || fail "dpkg-deb: sums do not hold"
fi

if have rpmbuild; then
  fill_spec() {
    make_stage stage "$1"
    cat >tiny.spec <<'SPEC'
Name: tiny
Version: 1.2
Release: 1
Summary: tiny
License: MIT
BuildArch: noarch
%description
tiny
%install
mkdir -p $RPM_BUILD_ROOT/usr
cp -r --preserve=timestamps share $RPM_BUILD_ROOT/usr/
%files
/usr/share/*
%changelog
* Tue Jan 02 2024 Nobody <nobody@example.org> - 1.2-1
- tiny
SPEC
  }
  same_package rpmbuild fill_spec 'rpms/*/*.rpm rpms/*.rpm' -- \
    rpmbuild --define '_topdir @@/top' --define '_rpmdir @@/rpms' --define '_srcrpmdir @@/rpms' \
    --define '_builddir @@/stage' --quiet -ba tiny.spec
  for file in $package; do
    grep -q 'digests OK' <<<"$(rpm -K --nosignature "$file")" || fail "rpm -K: $file"
  done
fi

if have makepkg && have fakeroot && [ "$(id -u)" = 0 ]; then  # it refuses to be run by root
  fill_pkgbuild() {
    make_stage stage "$1"
    cat >PKGBUILD <<'PKGBUILD'
pkgname=tiny
pkgver=1.2
pkgrel=1
pkgdesc=tiny
arch=(any)
license=(MIT)
options=(!zipman !strip)
package() { mkdir -p "$pkgdir/usr" && cp -r "$startdir/stage/." "$pkgdir/usr/"; }
PKGBUILD
  }
  never_root=1 same_package makepkg fill_pkgbuild '*.pkg.tar*' -- makepkg --nodeps
  grep -q usr/share/file-9.txt <<<"$(pacman -Qlp "$package")" || fail "pacman finds no file"
  bsdtar -xOf "$package" .MTREE | gzip -dc >"$work/mtree"
  digest=$(bsdtar -xOf "$package" usr/share/doc/page.1.gz | sha256sum | cut -d ' ' -f 1)
  grep -q "page.1.gz .*sha256digest=$digest" "$work/mtree" || fail "makepkg: .MTREE tells another sum"
fi

#!/bin/bash
# The hooks of packagers in real builds, on two days: rpmbuild, makepkg, and what abuild, nixpkgs, the
# ports trees and workflows run. A tree outside of rpm's build root is refused.
. "$(dirname "$0")/hooks.sh"

# rpmbuild: the macros lead to the same packages, built below a link.
rpm_build() { # NAME DAY HOOK
  local top=$work/rpm-top
  rm -rf "$top" "$work/rpm-real" && mkdir "$work/rpm-real" && ln -s rpm-real "$top"
  made "$top/SOURCES" "$2"
  mkdir "$top/SPECS"
  cat >"$top/SPECS/noise.spec" <<SPEC
Name: noise
Version: 1.0
Release: 1
Summary: noise
License: none
BuildArch: noarch
$3
%description
%install
mkdir -p %{buildroot}/usr/share/noise
cp -p %{_sourcedir}/data.gz %{buildroot}/usr/share/noise
%files
/usr/share/noise/data.gz
SPEC
  quietly rpmbuild -bb --define "_topdir $top" --define '_buildhost host' --define 'use_source_date_epoch_as_buildtime 1' \
    --define 'clamp_mtime_to_source_date_epoch 1' --load "$hooks/rpm/macros.normalize" "$top/SPECS/noise.spec"
  mkdir -p "$work/rpm/$1"
  cp "$top"/RPMS/noarch/*.rpm "$work/rpm/$1/" && touch -d @0 "$work/rpm/$1"/*
}
if have rpmbuild; then
  for day in monday tuesday; do
    rpm_build "$day" "${!day}" '%normalize_buildroot'
    rpm_build "without-$day" "${!day}" ''
  done
  compare rpm
  rpm -K --nosignature "$work/rpm/monday"/*.rpm >/dev/null || fail "rpm: digests"
fi

# The guard behind it: what is not below the build root stays.
mkdir -p "$work/root/usr" "$work/elsewhere" && ln -s root "$work/root-link"
made "$work/root/usr" "$monday" && made "$work/elsewhere" "$monday"
ln -s ../elsewhere "$work/root/way-out"
refused() { # ROOT PATH
  if RPM_BUILD_ROOT=$1 normalize apply --brp -- "$2" >"$work/log" 2>&1; then fail "--brp took $2 below \"$1\""; fi
  grep -q RPM_BUILD_ROOT "$work/log" || { cat "$work/log" >&2; fail "--brp does not say why"; }
}
before=$(cd "$work" && sha256sum elsewhere/* root/usr/*)
refused "$work/root" "$work/elsewhere"
refused "$work/root" "$work/root/../elsewhere"
refused "$work/root" "$work/root/way-out/"
refused "$work/root" "$work"
refused '' "$work/root"
refused / "$work/root"
if env -u RPM_BUILD_ROOT "$work/bin/normalize" apply --brp "$work/root" >/dev/null 2>&1; then fail "--brp without a root"; fi
[ "$before" = "$(cd "$work" && sha256sum elsewhere/* root/usr/*)" ] || fail "--brp changed what it refused"
RPM_BUILD_ROOT=$work/root-link normalize apply --brp --quiet -- "$work/root-link" "$work/root/usr"
[ "$before" != "$(cd "$work" && sha256sum elsewhere/* root/usr/*)" ] || fail "--brp left the build root behind a link"
cmp "$work/elsewhere/data.gz" "$work/elsewhere/other.gz"

# makepkg, with the step among its own.
makepkg_build() { # NAME DAY OPTIONS
  made "$work/makepkg-src/$1" "$2"
  cat >"$work/makepkg-src/$1/PKGBUILD" <<PKGBUILD
pkgname=noise
pkgver=1.0
pkgrel=1
arch=(any)
options=($3)
package() {
  mkdir -p "\$pkgdir/usr/share/noise"
  cp -p "\$startdir/data.gz" "\$pkgdir/usr/share/noise/"
}
PKGBUILD
  chmod -R a+rwX "$work/makepkg-src/$1"
  (cd "$work/makepkg-src/$1" && LIBRARY=$work/library PKGDEST=$work/makepkg-out/$1 PKGEXT=.pkg.tar BUILDDIR=$work/makepkg-build \
    quietly "${as_builder[@]}" makepkg --nodeps --config "$work/makepkg.conf")
  mkdir -p "$work/makepkg/$1"
  tar -xf "$work/makepkg-out/$1"/noise*.tar -C "$work/makepkg/$1" usr
  rm -rf "$work/makepkg-build"
}
if have makepkg; then
  as_builder=()
  [ "$(id -u)" != 0 ] || as_builder=(setpriv --reuid=1001 --regid=1001 --clear-groups env HOME="$work")
  chmod 777 "$work"
  cp -r /usr/share/makepkg "$work/library"
  cp "$hooks/makepkg/zz-normalize.sh" "$work/library/tidy/"
  cat /etc/makepkg.conf - >"$work/makepkg.conf" <<'CONF'
OPTIONS+=(!strip)
PACKAGER=Nobody
CONF
  for day in monday tuesday; do
    makepkg_build "$day" "${!day}" normalize
    makepkg_build "without-$day" "${!day}" ''
  done
  compare makepkg
fi

# abuild and Nix run their hooks as functions of a shell.
for hook in abuild nix; do
  for day in monday tuesday; do
    made "$work/$hook/$day/usr" "${!day}"
    made "$work/$hook/without-$day/usr" "${!day}"
    case $hook in
      abuild) pkgdir=$work/abuild/$day bash -eu -c '. "$1"' - "$hooks/abuild/normalize.sh" ;;
      nix) prefix=$work/nix/$day bash -eu -c 'fixupOutputHooks=(); . "$1"; for f in "${fixupOutputHooks[@]}"; do "$f"; done' \
        - "$hooks/nix/setup-hook.sh" ;;
    esac
  done
  compare "$hook"
done

# The ports trees: make reads what they include, and FreeBSD's step does its work.
if have bmake; then
  for day in monday tuesday; do
    made "$work/ports/$day/usr" "${!day}"
    made "$work/ports/without-$day/usr" "${!day}"
    printf '.include "%s"\n' "$hooks/ports/freebsd.mk" >"$work/ports.mk"
    quietly bmake -f "$work/ports.mk" NORMALIZE_CMD=normalize STAGEDIR="$work/ports/$day" normalize-stage
  done
  compare ports
  printf '.include "%s"\n' "$hooks/ports/openbsd.mk" "$hooks/ports/pkgsrc.mk" >"$work/ports.mk"
  [ "$(bmake -f "$work/ports.mk" -V '${PKG_CREATE}')" = '/usr/local/bin/normalize wrap -- /usr/sbin/pkg_create' ] || fail "openbsd.mk"
  [ "$(bmake -f "$work/ports.mk" -V '${PKG_CREATE_CMD}')" = '/usr/pkg/bin/normalize wrap -- /usr/pkg/sbin/pkg_create' ] || fail "pkgsrc.mk"
fi

# The action of a workflow, by the very commands that it runs.
made "$work/action" "$monday"
/usr/bin/python3 - "$hooks/github/action.yml" >"$work/action.sh" <<'PYTHON'
import sys
lines = open(sys.argv[1]).read().split('run: |\n')[1].splitlines()
print('\n'.join(line[8:] for line in lines))
PYTHON
action() { COMMAND=$1 OPTIONS= PATHS=$'\n'"$work/action"$'\n' RUN=normalize bash -e -o pipefail "$work/action.sh" >"$work/log" 2>&1; }
if action check; then fail "the action's check found nothing"; fi
grep -q '^::warning\|^::error\|^::notice' "$work/log" || { cat "$work/log" >&2; fail "the action says nothing to the workflow"; }
action apply || fail "the action's apply"
action check || fail "the action's check after apply"
if action 'rm -rf'; then fail "the action took any command"; fi

# What pre-commit starts, with the names of files behind it.
made "$work/pre-commit" "$monday"
mapfile -t entries < <(sed -n 's/^  entry: //p' "$here/../../.pre-commit-hooks.yaml")
[ ${#entries[@]} = 2 ] || fail "pre-commit: there are ${#entries[@]} entries"
# shellcheck disable=SC2086
if ${entries[1]} "$work/pre-commit/data.gz" >/dev/null; then fail "pre-commit: nothing was found"; fi
for entry in "${entries[@]}"; do
  # shellcheck disable=SC2086
  quietly $entry "$work/pre-commit/data.gz" "$work/pre-commit/other.gz"
done

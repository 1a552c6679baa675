#!/bin/bash
# `dh --with normalize` in real builds of a Debian package, on two days: the packages come out as the
# same bytes, their md5sums hold, and debhelper's options do what they do.
. "$(dirname "$0")/hooks.sh"
for tool in dpkg-buildpackage dh faketime; do have "$tool" || exit 0; done
unset SOURCE_DATE_EPOCH  # debhelper takes it from the changelog
mkdir -p "$work/perl/Debian/Debhelper/Sequence"
ln -s "$hooks/debhelper/normalize.pm" "$work/perl/Debian/Debhelper/Sequence/"
ln -s "$hooks/debhelper/dh_normalize" "$work/bin/"
export PERL5LIB=$work/perl

. "$here/debian_sources.sh"
sources() { # DIR
  debian_sources "$1"
  cat >"$1/debian/rules" <<'RULES'
#!/usr/bin/make -f
%:
	dh $@ --with normalize
execute_after_dh_auto_install:
	for package in noise noise-doc; do \
	  folder=debian/$$package/usr/share/$$package; mkdir -p $$folder; \
	  echo text >$$folder/data; zip -q $$folder/data.zip $$folder/data; gzip $$folder/data; \
	done
RULES
  chmod +x "$1/debian/rules"
}
build() { # NAME DATE [VARIABLE=VALUE...]
  local name=$1 date=$2
  shift 2
  mkdir "$work/$name" && sources "$work/$name/noise-1.0"
  (cd "$work/$name/noise-1.0" && env DH_VERBOSE=1 "$@" NO_FAKE_STAT=1 \
    faketime -f "$date" dpkg-buildpackage -us -uc -b -d >"$work/$name.log" 2>&1) ||
    { cat "$work/$name.log" >&2; fail "the build $name"; }
}
packages() { (cd "$work/$1" && sha256sum ./*.deb); }

build monday '@2025-03-03 10:00:00'
build tuesday '@2025-06-07 21:30:00' TZ=Asia/Tokyo DEB_BUILD_OPTIONS='parallel=3 terse'
diff <(packages monday) <(packages tuesday) || fail "the packages differ"
grep -q 'dh_normalize' "$work/monday.log" || fail "dh does not run dh_normalize"
if grep -q '^ *dh_strip_nondeterminism' "$work/monday.log"; then fail "dh still runs dh_strip_nondeterminism"; fi
grep -q -- '--jobs 3 ' "$work/tuesday.log" || fail "parallel=3 is not heeded"
grep -q 'noise/data.zip' "$work/monday.log" || fail "the build does not say what was normalized"
if grep -q 'noise/data.zip: ' "$work/tuesday.log"; then fail "terse is not heeded"; fi
mkdir "$work/unpacked"
dpkg-deb -R "$work/monday/noise_1.0_all.deb" "$work/unpacked"
(cd "$work/unpacked" && md5sum --check --quiet DEBIAN/md5sums) || fail "sums were taken before normalizing"
before=$(normalize check --epoch 1704164645 "$work/unpacked/usr" | tail -n 1)
grep -q 'nothing to change' <<<"$before" || fail "something is left to do: $before"

# -X, -p, -- and --no-act, on a tree that is noisy again.
cd "$work/monday/noise-1.0"
noisy() { echo more >"$1" && touch -d 2030-01-01Z "$1" && gzip -fN "$1"; }
for name in noise noise-doc; do
  noisy "debian/$name/usr/share/$name/again" && noisy "debian/$name/usr/share/$name/excluded"
done
state() { find debian/noise* -type f -exec sha256sum {} + | sort; }
before=$(state)
dh_normalize --no-act
[ "$before" = "$(state)" ] || fail "--no-act changed something"
dh_normalize -pnoise -Xexclu >"$work/one"
grep -q 'noise/again.gz' "$work/one" || fail "-p noise left it"
if grep -q 'noise-doc\|excluded' "$work/one"; then fail "-p or -X was not heeded"; fi
dh_normalize -pnoise-doc -- --exclude 'again*' >"$work/two"
grep -q 'noise-doc/excluded.gz' "$work/two" || fail "-- left all"
if grep -q 'again' "$work/two"; then fail "options behind -- are not handed on"; fi

# A rebuild of the binaries alone keeps the time of the upload.
cat - debian/changelog >changelog <<'CHANGELOG'
noise (1.0+b1) unstable; urgency=medium, binary-only=yes

  * Rebuild.

 -- Nobody <nobody@example.org>  Wed, 07 May 2025 08:09:10 +0000

CHANGELOG
mv changelog debian/changelog
grep -q -- '--epoch 1704164645' <<<"$(dh_normalize -v --no-act)" || fail "a rebuild moves the epoch"

#!/bin/bash
# Builds a Debian package twice, on two days, with debhelper's own sequence, in which our
# dh_strip_nondeterminism stands in for the original: the packages come out as the same bytes. With
# the step left out they do not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for tool in dpkg-buildpackage dh faketime; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 0; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }

mkdir "$work/bin"
ln -s "${NORMALIZE_PROGRAM:?}" "$work/bin/normalize"
ln -s "$here/../../driver/hooks/debhelper/dh_strip_nondeterminism" "$work/bin/"

. "$here/debian_sources.sh"
# A package with what debhelper itself does not settle: times in zip and gzip.
sources() { # DIR
  debian_sources "$1"
  echo 'x' >"$1/file.txt"
  cat >"$1/debian/rules" <<'RULES'
#!/usr/bin/make -f
%:
	dh $@
execute_after_dh_auto_install:
	for package in noise noise-doc; do \
	  folder=debian/$$package/usr/share/$$package; mkdir -p $$folder; \
	  cp file.txt data; \
	  zip -q $$folder/data.zip data; gzip -k data; mv data.gz $$folder/; \
	  cp $$folder/data.zip $$folder/excluded.zip; rm data; \
	done
ifdef SKIP_NORMALIZE
override_dh_strip_nondeterminism:
endif
RULES
  chmod +x "$1/debian/rules"
}
build() { # NAME DATE [VARIABLE=VALUE...]
  local name=$1 date=$2
  shift 2
  mkdir "$work/$name" && sources "$work/$name/noise-1.0"
  (cd "$work/$name/noise-1.0" && env "$@" PATH="$work/bin:$PATH" NO_FAKE_STAT=1 \
    faketime -f "$date" dpkg-buildpackage -us -uc -b -d >"$work/$name.log" 2>&1) ||
    { cat "$work/$name.log" >&2; fail "the build $name"; }
}
packages() { (cd "$work/$1" && sha256sum ./*.deb); }

build monday '@2025-03-03 10:00:00'
build tuesday '@2025-06-07 21:30:00' TZ=Asia/Tokyo
grep -q 'Normalized debian/noise/usr/share/noise/data.zip' "$work/monday.log" ||
  { cat "$work/monday.log" >&2; fail "the build does not say what was normalized"; }
grep -q 'Normalized debian/noise-doc/usr/share/noise-doc/data.gz' "$work/monday.log" ||
  fail "only one of the packages was looked at"
diff <(packages monday) <(packages tuesday) || fail "the packages differ"

build wednesday '@2025-03-03 10:00:00' SKIP_NORMALIZE=1
build thursday '@2025-06-07 21:30:00' SKIP_NORMALIZE=1
if diff <(packages wednesday) <(packages thursday) >/dev/null; then
  fail "the packages were equal without normalize"
fi

# What goes along with the packages tells their sums, and of the build what strict takes away.
sums_hold() { # FILE
  awk '/^Checksums-Sha256:/ { list = 1; next } /^[^ ]/ { list = 0 } list { print $1 "  " $3 }' "$1" |
    (cd "$(dirname "$1")" && sha256sum --check --quiet -) || fail "sums in $1"
}
for day in wednesday thursday; do
  "$NORMALIZE_PROGRAM" apply -q "$work/$day"/noise*.*
  sums_hold "$work/$day"/noise*.changes
  sums_hold "$work/$day"/noise*.buildinfo
  grep -q '^Build-Date' "$work/$day"/noise*.buildinfo || fail "safe took the date of the build"
  "$NORMALIZE_PROGRAM" apply -q --profile=strict "$work/$day"
  sums_hold "$work/$day"/noise*.changes
  sums_hold "$work/$day"/noise*.buildinfo
done
for file in "$work/wednesday"/noise*.*; do
  [ -d "$file" ] || cmp "$file" "$work/thursday/${file##*/}" || fail "$file differs"
done

# debhelper's options do what they do: one package, an exclusion, nothing at all.
cd "$work/wednesday/noise-1.0"
dh_mine() { PATH="$work/bin:$PATH" dh_strip_nondeterminism "$@"; }
before=$(sha256sum debian/noise*/usr/share/noise*/*)
grep -q 'normalize compat strip-nondeterminism' <<<"$(dh_mine --no-act -v)" || fail "-v tells no command"
[ "$before" = "$(sha256sum debian/noise*/usr/share/noise*/*)" ] || fail "--no-act changed something"
dh_mine -p noise -X excluded >"$work/one"
grep -q 'noise/data.zip' "$work/one" || fail "-p noise left it"
if grep -q 'noise-doc\|excluded' "$work/one"; then fail "-p or -X was not heeded"; fi
DH_INTERNAL_OPTIONS=-pnoise-doc dh_mine >"$work/two"
grep -q 'noise-doc/excluded.zip' "$work/two" || fail "DH_INTERNAL_OPTIONS was not heeded"
if grep -q 'debian/noise/' "$work/two"; then fail "DH_INTERNAL_OPTIONS did too much"; fi
[ -z "$(dh_mine -p noise-doc)" ] || fail "a second run changed something"
printf junk >debian/noise/usr/share/noise/bad.zip
head -c 60 debian/noise/usr/share/noise/data.zip >debian/noise/usr/share/noise/cut.zip
if dh_mine -p noise >"$work/three" 2>&1; then fail "a damaged zip went unsaid"; fi
grep -q 'cut.zip' "$work/three" || fail "the damaged file is not named"

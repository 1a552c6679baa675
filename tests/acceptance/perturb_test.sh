#!/bin/bash
# perturb shakes a tree and packages; apply makes of them what it makes of those that nobody shook.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
normalize=${NORMALIZE_PROGRAM:?names the program}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export SOURCE_DATE_EPOCH=1700000000
fail() { echo "FAILED: $*"; exit 1; }
picture() { (cd "$1" && find . -printf '%p %m %T@ %s\n' | sort && find . -type f -exec sha256sum {} + | sort -k2); }

mkdir one
for format in ar gzip png pyc mo zip tar cpio pdf xz rpm; do cp -R "$here/../data/$format" one/; done
find one -exec touch -h -d @1750000000 {} +
cp -a one two
cp -a one three
"$normalize" apply -q one
"$normalize" perturb -q --seed 11 two
"$normalize" perturb -q --seed 12 three
[ "$(picture two)" != "$(picture three)" ] || fail "two seeds shook alike"
[ "$(picture one)" != "$(picture two)" ] || fail "nothing was shaken"
cp -a three four
"$normalize" apply -q two three
[ "$(picture one)" = "$(picture two)" ] || fail "a shaken tree did not become normal: $(diff <(picture one) <(picture two))"
[ "$(picture one)" = "$(picture three)" ] || fail "another shaken tree did not become normal"

# The same seed and bytes give the same bytes, for any number of jobs and through every door.
file=one/zip/tool.jar
"$normalize" perturb -q --seed 7 "$file" -o first.jar
"$normalize" perturb -q --seed 7 --type auto - <"$file" >second.jar 2>/dev/null
cp "$file" third.jar
"$normalize" perturb -q --seed 7 --jobs 1 third.jar
cmp first.jar second.jar
cmp first.jar third.jar
! cmp -s first.jar "$file" || fail "the jar was not shaken"
"$normalize" perturb -q --seed 8 "$file" -o fourth.jar
! cmp -s first.jar fourth.jar || fail "another seed gave the same jar"

status=0
"$normalize" perturb --seed many "$file" 2>err || status=$?
[ $status = 2 ] && grep -q 'seed: expected a number from 0 to 18446744073709551615, got "many"' err || fail "$(cat err)"
status=0
"$normalize" perturb one two -o x 2>err || status=$?
[ $status = 2 ] && grep -q 'o: is for one file' err || fail "$(cat err)"
status=0
"$normalize" perturb one -o x 2>err || status=$?
[ $status = 2 ] && grep -q 'takes a regular file' err || fail "$(cat err)"

if command -v dpkg-deb >/dev/null; then
  mkdir -p stage/DEBIAN stage/usr/share/man/man1 stage/usr/share/demo
  printf '%s\n' 'Package: demo' 'Version: 1' 'Architecture: all' 'Maintainer: Demo <demo@example.org>' \
    'Description: demo' >stage/DEBIAN/control
  echo '.TH DEMO 1' | gzip >stage/usr/share/man/man1/demo.1.gz
  cp "$here/../data/png/dated.png" "$here/../data/zip/tool.jar" stage/usr/share/demo/
  (cd stage && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
  for kind in xz gzip zstd; do
    dpkg-deb -Z$kind --root-owner-group -b stage plain.deb >/dev/null
    "$normalize" perturb -q --seed 3 plain.deb -o shaken.deb
    ! cmp -s plain.deb shaken.deb || fail "the .deb was not shaken"
    rm -rf unpacked
    dpkg-deb -R shaken.deb unpacked
    (cd unpacked && md5sum --quiet -c DEBIAN/md5sums) || fail "sums of the shaken .deb do not hold"
    "$normalize" apply -q plain.deb shaken.deb
    cmp plain.deb shaken.deb
  done
fi

#!/bin/bash
# Every rule that comes with the program, over samples of what generators write: before becomes
# after and nothing else changes, in the tree, packed by gzip, in a jar and in a tar; after stays.
# tests/data/rules/RULE/ has folders before, after, and after-strict where strict makes more of it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${NORMALIZE_PROGRAM:?}
samples=$here/../data/rules
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
apply() { HOME=$work XDG_CONFIG_HOME='' "$program" apply --epoch 1704164645 "$@" >"$work/out" 2>"$work/err" || fail "exit status $?"; }

if [ ! -x "$(dirname "$program")/normalize-python" ]; then
  echo "partly skipped: normalize-python was not built"
  without_python=1
fi
names=$(sed -n 's/^name = "\(.*\)"$/\1/p' "$here"/../../rules/*.toml)
mkdir "$work/before" "$work/after" "$work/strict" "$work/after-strict"
for name in $names; do
  [ -d "$samples/$name/before" ] || fail "$name has no sample"
  [ -n "${without_python-}" ] && grep -A 12 -x "name = \"$name\"" "$here"/../../rules/*.toml -h |
    sed '/^$/q' | grep -q '^python = ' && continue
  cp -r "$samples/$name/before" "$work/before/$name"
  [ -d "$samples/$name/after-strict" ] || [ -d "$samples/$name/after" ] || fail "$name changes nothing"
  if [ -d "$samples/$name/after" ]; then after=after; else after=before; fi
  cp -r "$samples/$name/$after" "$work/after/$name"
  [ -d "$samples/$name/after-strict" ] || continue
  cp -r "$samples/$name/before" "$work/strict/$name"
  cp -r "$samples/$name/after-strict" "$work/after-strict/$name"
done

mkdir "$work/tree" "$work/packed" "$work/from"
cp -r "$work/before" "$work/tree/plain"
cp -r "$work/before" "$work/tree/gzip" && find "$work/tree/gzip" -type f -exec gzip -n {} +
(cd "$work/before" && zip -qr "$work/tree/all.jar" . && tar -cf "$work/tree/all.tar" .)
apply "$work/tree"
diff -r "$work/after" "$work/tree/plain" || fail "the samples are not what they should become"
find "$work/tree/gzip" -type f -exec gzip -d {} +
diff -r "$work/after" "$work/tree/gzip" || fail "not the same within gzip"
unzip -q "$work/tree/all.jar" -d "$work/from/jar" && diff -r "$work/after" "$work/from/jar" ||
  fail "not the same within a jar"
mkdir "$work/from/tar" && tar -xf "$work/tree/all.tar" -C "$work/from/tar"
diff -r "$work/after" "$work/from/tar" || fail "not the same within a tar"

cp -r "$work/after" "$work/again" && apply "$work/again"
diff -r "$work/after" "$work/again" || fail "what is normal changed again"
apply --profile strict "$work/strict"
diff -r "$work/after-strict" "$work/strict" || fail "not what strict should make of it"

#!/bin/bash
# What is installed is compiled with what the compiler and the linker have against memory errors.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "FAILED: $*" >&2
  exit 1
}

cmake -S "$top" -B "$work/release" -G Ninja -DCMAKE_BUILD_TYPE=Release -DNORMALIZE_TESTS=OFF \
  >"$work/log" 2>&1 || { cat "$work/log"; fail "a release cannot be configured"; }
flags=$(grep -m 1 -- '-c .*/driver/main.cpp' "$work/release/compile_commands.json")
for flag in -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS \
  -fstack-clash-protection -O3; do
  [[ $flags == *" $flag "* ]] || fail "a release is compiled without $flag: $flags"
done
grep -A 12 'build normalize: ' "$work/release/build.ninja" >"$work/link"
for flag in -pie -Wl,-z,relro -z,now; do
  grep -q -e "$flag" "$work/link" || fail "a release is linked without $flag: $(cat "$work/link")"
done

# The helper is hardened in every build: what the flags come to.
helper=$(dirname "$NORMALIZE_PROGRAM")/normalize-python
[ -x "$helper" ] || { echo "skipped: normalize-python is not built"; exit 0; }
readelf -hWld --dyn-syms "$helper" >"$work/elf"
for sign in 'Type: *DYN' GNU_RELRO 'FLAGS_1.* NOW' __stack_chk_fail 'GNU_STACK.* RW '; do
  grep -q -e "$sign" "$work/elf" || fail "normalize-python has no $sign"
done

#!/bin/bash
# The same tree becomes the same bytes under any locale, time zone, umask, user, hash seed and number
# of jobs, and with a cache that is new, warm or of before.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
normalize=${NORMALIZE_PROGRAM:?names the program}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
chmod 755 .
export SOURCE_DATE_EPOCH=1700000000
fail() { echo "FAILED: $*"; exit 1; }
picture() { (cd "$1" && find . -type f -exec sha256sum {} + | LC_ALL=C sort -k2); }

mkdir tree
for format in ar cargo cpio gzip javadoc mo pdf png properties pyc rpm tar zip; do
  cp -R "$here/../data/$format" tree/
done
cp -R "$here/../data/rules" tree/
cp -R tree here
TZ=UTC LC_ALL=C "$normalize" apply -q --jobs 1 here 2>/dev/null
picture here >expected
! cmp -s expected <(picture tree) || fail "nothing to normalize"

# same NAME COMMAND...: the command, run on a copy, gives what was expected.
same() {
  local name=$1
  shift
  rm -rf copy
  cp -R tree copy
  chmod -R a+rwX copy
  "$@" >/dev/null 2>&1 || fail "$name: exit status $?"
  picture copy | cmp -s - expected || fail "$name: $(picture copy | diff - expected | head -4)"
}
same zone env TZ=Asia/Kathmandu "$normalize" apply -q copy
same jobs "$normalize" apply -q --jobs 7 copy
same umask bash -c "umask 077; '$normalize' apply -q copy"
same 'hash seed' env PYTHONHASHSEED=12345 "$normalize" apply -q copy
for locale in $(locale -a 2>/dev/null | grep -Ei '^(tr_TR|de_DE|C)\.utf-?8$' || true); do
  same "locale $locale" env LC_ALL="$locale" LANG="$locale" "$normalize" apply -q copy
done
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && [ -x "$normalize" ] &&
  setpriv --reuid=65534 --regid=65534 --clear-groups "$normalize" --version >/dev/null 2>&1; then
  nobody() { chown -R 65534:65534 copy && setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
  same user nobody "$normalize" apply -q copy
fi
for state in new warm; do
  same "$state cache" "$normalize" apply -q --cache cache copy
  "$normalize" apply -q --cache cache copy 2>/dev/null
  picture copy | cmp -s - expected || fail "a run with a warm cache changed something"
done

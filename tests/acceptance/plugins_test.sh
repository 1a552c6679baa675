#!/bin/bash
# A rule with a plugin over a tree in which some files make it raise, crash, print, starve, fork and
# lie: each costs a line of the report and stays, all others are done, whatever the number of jobs.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
[ -x "$(dirname "$program")/normalize-python" ] || { echo "skipped: normalize-python was not built"; exit 0; }

mkdir "$work/plugins" "$work/tree"
cat >"$work/plugins/sorting.py" <<'E'
import os, sys
import normalize

def lines(data, path, settings):
    deed = data.split(b"\n", 1)[0]
    if deed == b"raise": raise ValueError("no order")
    if deed == b"abort": os.abort()
    if deed == b"exit": sys.exit(3)
    if deed == b"print": print("noise " * 10000, flush=True); os.write(2, b"noise\n")
    if deed == b"close": os.closerange(0, 100)
    if deed == b"eat": x = [bytearray(1000) for _ in range(10**8)]
    if deed == b"fork": os.fork()
    if deed == b"text": return "a text"
    if deed == b"again": return data + b"more"
    after = b"".join(sorted(data.splitlines(keepends=True), reverse=settings["reverse"]))
    if after != data: normalize.finding("order", "any", "sorted", hint="sort")
    return after
E
cat >"$work/rules.toml" <<'E'
[[rule]]
name = "sorted-index"
reason = "the index is in the order of a hash"
path = "*.index"
python = "sorting:lines"
settings = { reverse = false }
E
deeds='raise abort exit print close eat fork text again'
for deed in $deeds; do printf '%s\nb\na\n' "$deed" >"$work/tree/$deed.index"; done
for i in 1 2 3 4 5 6 7 8; do printf 'z%s\nb\na\n' "$i" >"$work/tree/good$i.index"; done
printf 'b\na\n' >"$work/tree/packed.index" && gzip -n "$work/tree/packed.index"
printf 'b\na\n' >"$work/tree/other.txt"
cp -a "$work/tree" "$work/original"

run() { "$program" apply --rules "$work/rules.toml" --plugin-path "$work/plugins" "$@"; }
for jobs in 1 4; do
  rm -rf "$work/tree" && cp -a "$work/original" "$work/tree"
  run --jobs $jobs "$work/tree" >"$work/out$jobs" 2>"$work/err$jobs" || fail "exit status $?"
  rm -rf "$work/tree$jobs" && cp -a "$work/tree" "$work/tree$jobs"
done
diff -r "$work/tree1" "$work/tree4" || fail "the number of jobs reached the files"
diff "$work/out1" "$work/out4" || fail "the number of jobs reached the report"
diff "$work/err1" "$work/err4" || fail "the number of jobs reached the warnings"

for i in 1 2 3 4 5 6 7 8; do
  diff <(printf 'a\nb\nz%s\n' "$i") "$work/tree/good$i.index" || fail "good$i.index is not sorted"
done
diff <(printf 'a\nb\n') <(gzip -dc "$work/tree/packed.index.gz") || fail "not sorted in gzip"
cmp "$work/tree/other.txt" "$work/original/other.txt"
for deed in raise abort exit close eat text again; do
  cmp "$work/tree/$deed.index" "$work/original/$deed.index" || fail "$deed.index was touched"
  [ "$(grep -c "warning: $work/tree/$deed.index: " "$work/err1")" = 1 ] || fail "$deed.index is not told"
done
for deed in print fork; do
  [ "$(head -n 1 "$work/tree/$deed.index")" = a ] || fail "$deed.index is not sorted"
done
grep -q 'plugin sorting:lines: ValueError: no order (sorting.py, line 6); left as it was' "$work/err1" ||
  fail "the exception is not told with its place"
grep -q noise "$work/out1" "$work/err1" && fail "what a plugin prints got out"
grep -q Traceback "$work/err1" && fail "a traceback without -v"

run -v "$work/tree" >"$work/told" 2>&1 || true
grep -q '^  Traceback (most recent call last):$' "$work/told" || fail "no traceback with -v"
set +e
run --strict "$work/tree" >/dev/null 2>&1
[ $? = 3 ] || fail "--strict does not fail"
set -e

# Without normalize-python the files stay, with a note.
mkdir "$work/alone" && cp "$program" "$work/alone/normalize"
"$work/alone/normalize" apply --strict --rules "$work/rules.toml" --plugin-path "$work/plugins" \
  "$work/original" >"$work/out" 2>"$work/err" || fail "exit status $? without normalize-python"
grep -q 'note: .*good1.index: .*normalize-python: not found beside the running program' "$work/err" ||
  fail "that normalize-python is missing is not told"
grep -q 'nothing to change' "$work/out" || fail "something changed without normalize-python"
[ -z "$(find "$work/plugins" -name __pycache__)" ] || fail "something was left beside the plugin"

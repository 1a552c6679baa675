#!/bin/bash
# `diff` on its command line: exit statuses, every format, and what other programs make of them.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
expect() { # STATUS ARGUMENTS...: what it prints is in the file "out"
  local expected=$1 status=0
  shift
  "$program" diff "$@" >out 2>errors || status=$?
  [ "$status" = "$expected" ] || fail "diff $*: exit $status instead of $expected: $(cat out errors)"
}
says() { grep -qF -- "$1" out || fail "nothing says \"$1\": $(cat out)"; }

# Two builds: the same text in a .gz in a .tar.xz in an ar archive, on two days by two umasks.
build() { # DIR DAY UMASK TEXT
  mkdir "$1" && (cd "$1" && umask "$3" && mkdir t && printf '%s\n' "$4" >t/page && seq 500 >t/n &&
    touch -d "$2" t/* && gzip t/page && tar -cJf data.tar.xz t && ar rcU x.a data.tar.xz && rm -r t data.tar.xz)
}
build a 2024-01-02T03:04:05Z 022 text
build b 2025-06-07T08:09:10Z 002 text
build c 2025-06-07T08:09:10Z 002 test

cp -a a same
expect 0 a same
expect 0 a b
says 'x.a: equal once normalized'
says 'tar: '
expect 1 --bytes a b
expect 1 a/x.a c/x.a
says '!data.tar.xz!data.tar!t/page.gz!page: different (text)'
says '-text'
says '+test'
expect 1 -q a c
[ ! -s out ] || fail "-q says something"
expect 2 a missing
expect 2 a
expect 2 --format=none a b
expect 1 --color=always a c
says $'\e[31m-text\e[0m'
expect 1 -v a c
says 'data.tar.xz!data.tar!t/page.gz: gzip: MTIME'

# JSON Lines: each an object, and the last tells the whole.
expect 1 --format=jsonl a c
/usr/bin/python3 - <<'PYTHON'
import json
lines = [json.loads(line) for line in open('out')]
summary = lines[-1]
assert summary['type'] == 'summary' and summary['different'] == 1 and summary['exit_status'] == 1, summary
page = [line for line in lines if line.get('path', '').endswith('!data.tar!t/page.gz!page')]
assert len(page) == 1 and page[0]['verdict'] == 'different' and '-text\n+test\n' in page[0]['diff'], lines
assert any(noise['field'] == 'MTIME' for line in lines for noise in line.get('noise', [])), lines
PYTHON

# One page, whole, that loads nothing.
expect 1 --format=html a c
says '</html>'
says 'normalize diff'
if grep -qE '(src|href)="?https?:' out; then fail "the page loads something"; fi

# diffoscope reads our JSON and shows what it tells.
expect 1 --format=diffoscope a c
if command -v diffoscope >/dev/null; then
  cp out report.json
  diffoscope --load-existing-diff report.json --text shown --html shown.html >/dev/null && fail "diffoscope: equal" || [ $? = 1 ]
  grep -q -- '-text' shown && grep -q 'page.gz' shown || fail "diffoscope shows something else: $(cat shown)"
  grep -q 'page.gz' shown.html || fail "diffoscope's page does not tell the member"
else
  echo "skipped: no diffoscope"
fi

# A package and the tree it is unpacked to.
tar -cf p.tar -C a x.a && expect 0 p.tar a
printf 'more\n' >a/more && expect 1 p.tar a
says 'more: only in B'
rm -rf u && mkdir u && for n in 1 2 3; do printf 'line %s\n' 1 2 "$n" >"u/f$n"; done
ln u/f2 u/g2 && tar -cf u.tar -C u . && rm u/g2
for n in 1 2 3; do printf 'other %s\n' "$n" >>"u/f$n"; done
printf 'another\n' >u/g2
expect 1 u.tar u
for n in 1 2 3; do says "+other $n"; done
says '+another'
echo "diff: statuses, formats and readers agree"

#!/bin/bash
# The program as it confines itself on FreeBSD, where a process in capability mode, capsicum(4), sees
# no path any more and starts no program: Linux's seccomp refuses both here. Every command that
# confines itself does what it does without, and writes the same.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
confined=$(dirname "$program")/normalize-in-capability-mode
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
[ -x "$confined" ] || { echo "skipped: no seccomp"; exit 0; }
[ -x "$(dirname "$program")/normalize-python" ] || { echo "skipped: normalize-python was not built"; exit 0; }
grep -qx 'sandbox capability mode' <<<"$("$confined" --version)" || fail "another program"

cd "$work"
mkdir -p made/pkg/__pycache__ made/doc
printf 'x = 1\n' >made/pkg/x.py
touch -d @1700000000.5 made/pkg/x.py
python3 -c 'import py_compile; py_compile.compile("made/pkg/x.py", "made/pkg/__pycache__/x.cpython-311.pyc")'
seq 3000 >made/doc/page.1 && gzip made/doc/page.1
tar -C made -cf made/a.tar pkg doc && tar -cf made/b.tar made/a.tar made/doc
ln -s doc/page.1.gz made/link && ln -s made linked
seq 12000000 | gzip -1 >large.gz
mkdir plugins made/plugged
cat >plugins/sorting.py <<'E'
import os
import words
def lines(data, path, settings):
    if data.startswith(b"abort"): os.abort()
    return words.sort(data)
E
echo 'def sort(data): return b"".join(sorted(data.splitlines(keepends=True)))' >plugins/words.py
cat >rules.toml <<'E'
[[rule]]
name = "sorted-index"
reason = "the index is in the order of a hash"
path = "*.index"
python = "sorting:lines"
E
for i in 1 2 3 4 5 6 7 8; do printf 'z%s\nb\na\n' $i >made/plugged/$i.index; done
printf 'abort\na\n' >made/plugged/crash.index
cp -a made other && echo y >>other/pkg/x.py

# both NAME SCRIPT: in two copies of the folder, where `n` is the usual program or the confined one:
# what it prints, writes and answers is the same.
both() {
  local name=$1 side run
  shift
  for side in usual confined; do
    run=$program
    [ $side = usual ] || run=$confined
    rm -rf "run-$side" && mkdir "run-$side" && cp -a made other linked plugins rules.toml "run-$side/"
    (cd "run-$side" && SOURCE_DATE_EPOCH=1700000000 run=$run bash -c 'n() { "$run" "$@"; echo "status $?" >&2; }; '"$1") \
      >"out-$side" 2>"err-$side" || fail "$name: $(cat "err-$side")"
    (cd "run-$side" && find made other -printf '%p %m %T@\n' | sort) >"list-$side"
  done
  ! grep -vq '^status [01]$' <(grep '^status' "err-usual") || [[ $name == no\ Python ]] || fail "$name: $(cat err-usual)"
  diff out-usual out-confined >&2 && diff err-usual err-confined >&2 || fail "$name: what is printed"
  diff -r run-usual run-confined >&2 || fail "$name: what is written"
  diff list-usual list-confined >&2 || fail "$name: modes and times"
}
both apply 'n apply made; n check made'
[ "$(grep -c 'status 0' err-usual)" = 2 ] || fail "apply and check: $(cat out-usual err-usual)"
both "apply on files and links" 'n apply made/a.tar made/link made/doc/page.1.gz linked/'
both "apply from within" 'cd made && n apply . && cd pkg && n apply __pycache__/*.pyc'
both "apply beside a source" 'cd made/pkg/__pycache__ && n check *.pyc && n apply ./*.pyc'
both "scratch files" 'cp ../large.gz . && TMPDIR=$PWD n apply large.gz'
both check 'n check --format=sarif made; n check --write-baseline known made; n check --baseline known made'
both cache 'n apply --cache state made; n check --cache state made; rm -f state'
both filter 'n perturb --seed 1 -o out.tar made/a.tar; n apply --type tar - <made/a.tar >b.tar'
both explain 'n explain made/a.tar; n explain made/pkg/__pycache__/*.pyc'
both diff 'n diff made other; n diff --bytes --format=html made/b.tar made/a.tar'
both manifest 'n hash made; n manifest -k type,size,sha256 made >spec; n verify spec made'
both pack 'n pack made -o one.tar.gz; n pack other --reference one.tar.gz -o two.tar.gz; n pack --rsync=openbsd --history . made -o x-1.tgz'
[ -s run-confined/two.tar.gz ] && [ -s run-confined/x.history ] || fail "pack wrote nothing: $(cat err-confined)"
both repack 'n repack made/b.tar -o b.tar.gz'
both "moving over" 'ln -s "$run" strip-nondeterminism && ./strip-nondeterminism made/doc/page.1.gz; rm strip-nondeterminism'
both "links to files" 'ln -s ../made/b.tar plugins/link.tar; n repack plugins/link.tar -o b.tar.gz; n pack made -o one.tar.gz
  mkdir old; ln -s ../one.tar.gz old/last; n pack other --reference old/last -o two.tar.gz'
[ -s run-confined/b.tar.gz ] && [ -s run-confined/two.tar.gz ] || fail "a link leads nowhere: $(cat err-confined)"
both "no time in bytecode" 'n apply --pyc=zero made; n check --pyc=zero made'
both "bytecode again" 'n apply --pyc=recompile --verify=python made; n check --pyc=recompile made/pkg/__pycache__'
both plugins 'n apply --jobs 4 --rules rules.toml --plugin-path plugins made; cd made && n check --rules ../rules.toml --plugin-path ../plugins plugged'
[ "$(head -n 1 run-confined/made/plugged/3.index)" = a ] || fail "no plugin ran: $(cat err-confined)"
grep -q 'crash.index.*killed by signal 6' err-confined || fail "no crash is told: $(cat err-confined)"
both "a plugin that is not there" 'n check --rules rules.toml made/plugged'
both "no Python" 'export NORMALIZE_PYTHON_HELPER=/nonexistent/python; n check --rules rules.toml --plugin-path plugins made; n check --pyc=recompile made; unset NORMALIZE_PYTHON_HELPER'
both "two copies" 'n apply --link-duplicates made other'

# A control: the file of accounts is nobody's to open here, but where nothing is confined.
n=$("$confined" manifest -k uname --owners=keep made | grep -c uname=root || true)
[ "$n" = 0 ] || fail "paths lead everywhere"
NORMALIZE_SANDBOX=off "$confined" manifest -k uname --owners=keep made | grep uname=root >"$work/names" || fail "no names"

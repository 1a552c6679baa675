#!/bin/bash
# Runs every command of the README's console blocks, in order and in one folder, and compares what
# they print with what the README shows.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/demo/driver"
ln -s "${NORMALIZE_PROGRAM:?}" "$work/bin/normalize"
ln -s "$NORMALIZE_PROGRAM" "$work/demo/driver/run"  # the script builds, then runs just this program
cd "$work/demo"
PATH=$work/bin:$PATH exec /usr/bin/python3 - "$here/../../README.md" <<'PYTHON'
import re, subprocess, sys

readme = open(sys.argv[1], encoding='utf-8').read()
blocks = re.findall(r'^```console\n(.*?)^```$', readme, re.M | re.S)
assert blocks, 'the README shows no command'
failed = 0
for block in blocks:
    for command, shown in re.findall(r'^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)', block, re.M):
        ran = subprocess.run(['bash', '-c', command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if ran.stdout != shown:
            failed += 1
            print(f'$ {command}\nthe README shows:\n{shown}but it prints:\n{ran.stdout}')
sys.exit(1 if failed else 0)
PYTHON

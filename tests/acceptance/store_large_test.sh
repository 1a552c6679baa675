#!/bin/bash
# Files that are larger than what the store keeps in one piece come back, cost little when little changed,
# and take no more memory than others.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export NORMALIZE_STORE=$work/store
unset SOURCE_DATE_EPOCH
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }

mkdir tree
/usr/bin/python3 - <<'PYTHON'
import random
generator = random.Random(1)
with open('tree/large', 'wb') as file:
    for _ in range(80):
        file.write(generator.randbytes(1 << 20))
PYTHON
"$program" store init "$NORMALIZE_STORE"
"$program" store add -q tree --name one
/usr/bin/python3 - <<'PYTHON'
with open('tree/large', 'rb') as file:
    data = file.read()
with open('tree/large', 'wb') as file:  # something comes in, something goes, something is another
    file.write(data[:30_000_000] + b'inserted' * 5000 + data[30_000_000:60_000_000] + data[60_500_000:80_000_000])
    file.write(b'!' + data[80_000_001:])
PYTHON
"$program" store add -q tree --name two
[ "$("$program" store list | sed -n '2s/.* //p')" -lt 100000 ] || fail "a small change is large: $("$program" store list)"
# A zip archive of that, not normal: its normal form resembles the file, and the original the normal form.
(cd tree && touch -d '2024-01-02' large && zip -q0 large.zip large)
/usr/bin/python3 - "$program" <<'PYTHON'
import resource, subprocess, sys
def run(*words):
    subprocess.run([sys.argv[1], 'store', *words, '-j2'], check=True)
run('add', '-q', 'tree', '--name', 'three')
run('restore', 'three', 'back')
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
assert most < 800 or 'asan' in sys.argv[1] or 'tsan' in sys.argv[1], f'{most} MiB of memory'
PYTHON
[ "$("$program" store list | sed -n '3s/.* //p')" -lt 200000 ] || fail "an archive of a file is large: $("$program" store list)"
cmp tree/large back/large && cmp tree/large.zip back/large.zip
"$program" store restore two second && [ "$(wc -c <second/large)" = "$(wc -c <tree/large)" ]
"$program" store restore --normalized three normal && unzip -qt normal/large.zip
! cmp -s normal/large.zip tree/large.zip || fail 'the archive was normal'
"$program" store verify

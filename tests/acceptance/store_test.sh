#!/bin/bash
# The store on its command line: what is restored is what was added, as rsync, getfattr, GNU tar and mtree
# see it; what is damaged is found and named; nothing is lost, whenever a run is killed.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export NORMALIZE_STORE=$work/store LC_ALL=C.UTF-8
unset SOURCE_DATE_EPOCH
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
store() { "$program" store "$@"; }
refuses() { # TEXT ARGUMENTS...: an error that says TEXT
  local text=$1 status=0
  shift
  "$program" store "$@" >out 2>&1 || status=$?
  [ $status = 2 ] || fail "store $*: exit $status: $(cat out)"
  grep -qF -- "$text" out || fail "store $* says: $(cat out)"
}
same() { # A B: names, bytes, modes, owners, times, links, devices, attributes, ACLs
  local difference
  difference=$(rsync -nacHAXD --delete --itemize-changes "$1/" "$2/")
  [ -z "$difference" ] || fail "$1 and $2 differ: $difference"
  [ "$(times "$1")" = "$(times "$2")" ] || fail "$1 and $2 differ in times"
}
times() { (cd "$1" && find . -printf '%p %T@\n' | sort); }

# A tree with one of everything, in three builds.
mkdir tree && cd tree
mkdir -p a/b locked sticky empty
seq 20000 >a/numbers
head -c 300000 /dev/urandom >a/b/large
cp /bin/bash program
for n in $(seq 40); do echo "$n $RANDOM" >"a/b/small$n"; done
echo linked >first && ln first a/second && ln first zz
ln -s a/numbers link && ln -s /nowhere dangling
printf 'odd' >"$(printf 'name with \\ # * \n\377end')"
mkfifo pipe
truncate -s 3M sparse && echo x >>sparse && truncate -s 5M sparse
: >nothing
seq 300 >page && gzip -k page && tar -czf old.tar.gz page
chmod 4755 program; chmod 1777 sticky; chmod 0400 a/numbers
if [ "$(id -u)" = 0 ]; then
  mknod null c 1 3 && chown 12:34 a/numbers && chown -h 7:8 link
fi
setfattr -n user.origin -v 'some where' a/numbers 2>/dev/null || true
setfacl -m u:12:rw first 2>/dev/null || true
setfacl -d -m u:12:rx empty 2>/dev/null || true
find . -exec touch -h -d '2024-01-02 03:04:05.123456789Z' {} +
chmod 0555 locked
cd ..
cp -a tree tree1

refuses 'No such file' list
refuses 'is no store' list --store tree
store init "$NORMALIZE_STORE"
refuses 'is not empty' init "$NORMALIZE_STORE"
store add tree --name one >out
same tree tree1
cd tree
printf changed | dd of=a/b/large bs=1 seek=150000 conv=notrunc status=none
echo 'another line' >>a/b/small7
mv a/b/small9 a/b/moved9
cp program program2 && printf 'xyz' | dd of=program2 bs=1 seek=70000 conv=notrunc status=none
touch -d '2025-05-05' page && gzip -kf page && chmod 600 nothing
rm zz
cd ..
cp -a tree tree2
store add tree --name two >out
SOURCE_DATE_EPOCH=1700000000 store add tree --name two-again >out
refuses 'there is a build of that name' add tree --name two
refuses 'there is no build of that name' restore three away
refuses 'named by' add tree --name ../x
[ "$(store list | wc -l)" = 3 ] || fail "list: $(store list)"
[ "$(store list --format jsonl | tail -n 1 | /usr/bin/python3 -c 'import json,sys; print(json.load(sys.stdin)["name"])')" = two-again ]

# The very bytes come back, whatever the rules were.
for jobs in 1 4; do
  store restore one one$jobs -j $jobs && same tree1 one$jobs
  store restore two two$jobs -j $jobs && same tree2 two$jobs
  store restore two-again again$jobs -j $jobs && same tree2 again$jobs
done
[ "$(stat -c %b two1/sparse)" -lt 1000 ] || fail 'holes are filled'
[ "$(stat -c %h two1/first)" = 2 ] || fail 'hard links'

# The normal form is what apply makes.
cp -a tree2 applied && "$program" apply -q --epoch 1700000000 applied
store restore --normalized two-again normal
[ -p normal/pipe ] || fail 'no pipe'
diff -r --no-dereference --exclude pipe --exclude null applied normal || fail 'not what apply makes'
"$program" hash --epoch 1700000000 tree2 >hash1; "$program" hash --epoch 1700000000 normal >hash2
[ "$(cut -d ' ' -f 1 hash1)" = "$(cut -d ' ' -f 1 hash2)" ] || fail 'not what hash sees'
rm -f {applied,normal}/{pipe,null}  # apply leaves their times
touch -d @1700000000 applied normal
[ "$(times applied)" = "$(times normal)" ] || fail "other times than apply leaves: $(diff <(times applied) <(times normal))"

# Specifications are what mtree(8) reads.
if command -v mtree >/dev/null && [ "$(id -u)" = 0 ]; then
  store show --original two >spec && mtree -f spec -p tree2 >out || fail "mtree: $(cat out)"
  store restore --normalized two-again normal2
  store show two-again >spec && mtree -f spec -p normal2 >out || fail "mtree: $(cat out)"
fi
store diff two two-again >out || [ $? = 1 ]
! grep -v 'time=' out || fail "diff: $(cat out)"
store diff one two >out && fail 'diff finds nothing'
grep -q '^./a/b/moved9: added' out && grep -q '^./a/b/small9: removed' out &&
  grep -q '^./nothing: .*mode=0644.* is now .*mode=0600' out || fail "diff: $(cat out)"

# Parts, archives, links.
store restore two part a/second ./locked
[ "$(cd part && find . -type f -o -type d | sort | tr '\n' ' ')" = '. ./a ./a/second ./locked ' ] ||
  fail "part: $(find part)"
refuses 'no such name' restore two part2 a/nothing
refuses 'is not empty' restore two part
mkdir untarred
store restore two -o - | tar -xpf - --xattrs --acls -C untarred
rsync -nrlpgoDcHA --delete --itemize-changes tree2/ untarred/ | grep -v '^\.d' >out || true
[ ! -s out ] || fail "tar: $(cat out)"
store restore two -o two.tar && tar -tf two.tar >/dev/null
store restore two link1 --link && store restore two link2 --link
[ link1/program -ef link2/program ] && [ "$(stat -c %a link1/page)" = 444 ] || fail '--link'
diff -r --no-dereference --exclude pipe --exclude null tree2 link2 || fail '--link: other bytes'

# Every store file has its part in it, and a bit that flips anywhere is found.
store verify >out || fail "verify: $(cat out)"
cp -a "$NORMALIZE_STORE" good
for file in "$NORMALIZE_STORE"/bundles/* "$NORMALIZE_STORE"/builds/*; do
  size=$(stat -c %s "$file")
  for n in 1 2 3 4; do
    cp "$file" kept
    at=$(((RANDOM * 32768 + RANDOM) % size)) bit=$((1 << RANDOM % 8))
    /usr/bin/python3 - "$file" $at $bit <<'PYTHON'
import sys
with open(sys.argv[1], 'r+b') as file:
    file.seek(int(sys.argv[2])); byte = file.read(1)[0]
    file.seek(int(sys.argv[2])); file.write(bytes([byte ^ int(sys.argv[3])]))
PYTHON
    status=0; store verify >out 2>&1 || status=$?
    [ $status = 1 ] || fail "a bit flipped at $at of $file: $status $(cat out)"
    cp kept "$file"
  done
done
first=$(ls -S "$NORMALIZE_STORE"/bundles | head -n 1)
mv "$NORMALIZE_STORE/bundles/$first" away
store verify >out || true
grep -q 'is not in the store; needed by .*one.*two' out || grep -q 'build one' out || fail "missing bundle: $(cat out)"
refuses 'is not in the store' restore two lost
refuses 'is not in the store' gc
[ ! -e lost ] || fail 'half a tree'
head -c 5000 away >"$NORMALIZE_STORE/bundles/$first"
refuses 'is not in the store' restore two lost
refuses 'bundle' gc
store verify >out || true
grep -q 'cut short\|expects\|end' out || fail "cut bundle: $(cat out)"
cp away "$NORMALIZE_STORE/bundles/$first"
store verify >out || fail "verify: $(cat out)"
echo 'normalize store 2' >"$NORMALIZE_STORE/format"
refuses 'version 2' list
cp good/format "$NORMALIZE_STORE/format"

# What no build needs goes, and nothing else.
store drop one two-again && store gc >out
store verify >out || fail "after gc: $(cat out)"
store restore two after && same tree2 after
store drop two && store gc >out
[ -z "$(ls "$NORMALIZE_STORE/bundles")" ] || fail 'something is left'

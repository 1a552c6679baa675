#!/bin/bash
# Two builds of one project, by other users on other days in other zones with another umask, file
# order, hash seed and number of jobs, end as the same bytes with the same times; a second run
# changes nothing; and the tools that made the files find in them what was there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
# shellcheck disable=SC2086
as_user() { # USER-ID COMMAND...: another user where we may be one, and a clock of the past
  local id=$1; shift
  if [ "$(id -u)" = 0 ] && [ "$id" != 0 ]; then
    setpriv --reuid="$id" --regid="$id" --clear-groups "$@"
  else "$@"; fi
}

mkdir "$work/a" "$work/b" && chmod 777 "$work/a" "$work/b"
(umask 022; TZ=UTC LC_ALL=C.UTF-8 PYTHONHASHSEED=0 as_user 0 \
  bash "$here/build_tree.sh" "$work/a/tree" forward 1704164645)
(umask 002; TZ=Asia/Tokyo LC_ALL=POSIX PYTHONHASHSEED=4242 as_user 1001 \
  bash "$here/build_tree.sh" "$work/b/tree" reverse 1749337689)
cp -a "$work/a/tree" "$work/original"
if diff -rq --no-dereference "$work/a/tree" "$work/b/tree" >"$work/before"; then
  fail "the two builds were equal before anything was normalized"
fi

export SOURCE_DATE_EPOCH=1700000000
"$program" check "$work/a/tree" >/dev/null && fail "check found nothing to do" || [ $? = 1 ] || fail "check: exit $?"
"$program" apply --jobs 1 "$work/a/tree" >"$work/report-a"
TZ=America/New_York LC_ALL=C "$program" apply --jobs 8 "$work/b/tree" >"$work/report-b"

# 1. The same bytes, links and times. (Owner and mode on disk are the package creator's to set.)
diff -r --no-dereference "$work/a/tree" "$work/b/tree" || fail "the trees differ"
for side in a b; do
  (cd "$work/$side/tree" && find . -printf '%p %y %T@ %n %l\n' | grep -v '^\. ' | sort) >"$work/list-$side"
done
diff "$work/list-a" "$work/list-b" || fail "times or links on disk differ"
awk '$3 > 1700000000 { bad = 1; print } END { exit bad }' "$work/list-a" || fail "a time past the epoch is left"
grep -q 'hard-link f [0-9.]* 2 ' "$work/list-a" || fail "the hard link was broken"

# 2. A second run changes nothing, not even a time, and check agrees.
(cd "$work/a/tree" && find . -type f -exec sha256sum {} + | sort && find . -printf '%p %T@ %C@ %i\n' | sort) >"$work/first"
"$program" apply "$work/a/tree" >/dev/null
(cd "$work/a/tree" && find . -type f -exec sha256sum {} + | sort && find . -printf '%p %T@ %C@ %i\n' | sort) >"$work/second"
diff "$work/first" "$work/second" || fail "the second run changed something"
"$program" check "$work/a/tree" >/dev/null || fail "check still finds something"

# 3. What the tools find is what was there.
tree=$work/a/tree original=$work/original
cmp <(gzip -dc "$original/share/doc/page.1.gz") <(gzip -dc "$tree/share/doc/page.1.gz")
cmp <(gzip -dc "$original/share/doc/two.gz") <(gzip -dc "$tree/share/doc/two.gz")
cmp <(ar t "$original/lib/libproject.a") <(ar t "$tree/lib/libproject.a")
cmp <(ar p "$original/lib/libproject.a" one.o) <(ar p "$tree/lib/libproject.a" one.o)
for tarball in v7 ustar gnu pax; do
  for side in original a/tree; do
    mkdir -p "$work/x/$side" && tar -xf "$work/$side/share/$tarball.tar" -C "$work/x/$side"
  done
  diff -r --no-dereference "$work/x/original" "$work/x/a/tree" || fail "$tarball.tar holds something else"
  [ "$work/x/a/tree/src/hard-link" -ef "$work/x/a/tree/src/file-2.txt" ] || fail "$tarball.tar: hard link lost"
  [ -x "$work/x/a/tree/src/file-3.txt" ] || fail "$tarball.tar: mode lost"
  rm -rf "$work/x"
done
for archive in plain.zip project.zip project-1-py3-none-any.whl java/project.jar; do
  [ -e "$tree/share/$archive" ] || continue
  unzip -tqq "$tree/share/$archive" || fail "$archive does not test"
  diff <(unzip -Z1 "$original/share/$archive" | sort) <(unzip -Z1 "$tree/share/$archive" | sort) ||
    fail "$archive: names differ"
done
if [ -e "$tree/share/java/project.jar" ]; then
  [ "$(unzip -Z1 "$tree/share/java/project.jar" | head -n 2 | tail -n 1)" = META-INF/MANIFEST.MF ] ||
    fail "the manifest is not in front"
  grep -q Implementation-Title <<<"$(unzip -p "$tree/share/java/project.jar" META-INF/MANIFEST.MF)" ||
    fail "the manifest lost a line"
fi
mkdir -p "$work/x/original" "$work/x/tree"
unzip -q "$original/share/plain.zip" -d "$work/x/original" && unzip -q "$tree/share/plain.zip" -d "$work/x/tree"
diff -r "$work/x/original/src" "$work/x/tree/src" || fail "plain.zip holds something else"
/usr/bin/python3 - "$tree/share/project-1-py3-none-any.whl" <<'PYTHON'
import base64, csv, hashlib, io, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
for name, digest, size in csv.reader(io.StringIO(wheel.read('project-1.dist-info/RECORD').decode())):
    if digest:
        data = wheel.read(name)
        assert digest == 'sha256=' + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode(), name
        assert int(size) == len(data), name
assert wheel.namelist()[-1] == 'project-1.dist-info/RECORD', wheel.namelist()
PYTHON
# Python takes every compiled module as it is: none is stale, none is written again.
for folder in python legacy; do
  log=$(cd "$work" && PYTHONPATH="$tree/lib/$folder" PYTHONDONTWRITEBYTECODE= /usr/bin/python3 -v -c 'import alpha; assert alpha.known("one")' 2>&1)
  if grep -q "stale\|wrote" <<<"$log"; then fail "python3 compiled $folder/alpha again"; fi
done
grep -q 'matches.*alpha.py' <<<"$(cd "$work" && PYTHONPATH="$tree/lib/python" /usr/bin/python3 -v -c 'import alpha' 2>&1)" ||
  fail "python3 did not take the compiled module"

# 4. The same lines, whatever the number of jobs. (The builds differ, so only the second runs compare.)
cp -a "$original" "$work/one" && cp -a "$original" "$work/many"
(cd "$work/one" && "$program" apply -v --jobs 1 . >"$work/lines-1" 2>&1)
(cd "$work/many" && "$program" apply -v --jobs 8 . >"$work/lines-8" 2>&1)
diff "$work/lines-1" "$work/lines-8" || fail "the report depends on the number of jobs"
diff -r --no-dereference "$work/one" "$work/many" || fail "the bytes depend on the number of jobs"
printf 'two builds, %s files, %s differed before, none after\n' "$(wc -l <"$work/list-a")" "$(wc -l <"$work/before")"

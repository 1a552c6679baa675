#!/bin/bash
# `wrap` and `shim` as people meet them: statuses, signals and streams of the command, stages and
# packages that are not to be touched, signatures, the epoch, and links by creators' names.
. "$(dirname "$0")/two_places.sh"
cd "$work"

expect() { # STATUS ARGUMENTS...: of `wrap`; what it prints is in the files "out" and "errors"
  local expected=$1 status=0
  shift
  "$program" wrap "$@" >out 2>errors || status=$?
  [ "$status" = "$expected" ] || fail "wrap $*: exit $status instead of $expected: $(cat out errors)"
}
says() { grep -qF -- "$1" errors || fail "nothing says \"$1\": $(cat errors)"; }
checks() { "$program" check -q --epoch $epoch --type auto - <"$1" >/dev/null; }
is_noisy() { ! checks "$1" || fail "$1 is normal"; }
is_normal() { checks "$1" || fail "$1 is not normal"; }
until_there() { for _ in $(seq 600); do [ ! -e "$1" ] || return 0; sleep 0.05; done; fail "no $1"; }

seq 90 >n && gzip -c n >noisy.gz && touch -d @1 n
is_noisy noisy.gz
e="--epoch $epoch"

# The command's own status and streams; a package of one that fails stays as it is.
expect 3 $e --output o.gz -- sh -c 'cp noisy.gz o.gz; echo says; echo minds >&2; exit 3'
cmp noisy.gz o.gz || fail "the package of a failed command was touched"
[ "$(cat out)" = says ] && says minds
echo given | "$program" wrap -q $e --output o.gz -- sh -c 'cat >read; cp noisy.gz o.gz' || fail "stdin"
[ "$(cat read)" = given ] || fail "standard input was lost"
is_normal o.gz
gzip -dc o.gz | cmp - n || fail "another content"
chmod 600 o.gz
expect 0 $e --output o.gz -- sh -c 'cat noisy.gz >o.gz'
says 'o.gz: gzip: '
[ "$(stat -c %a o.gz)" = 600 ] || fail "the mode of the package changed"
expect 2 -- ls
says 'none of the creators known'
expect 2 --as lst -- ls
expect 2 --output o.gz
expect 2 $e --output o.gz -- ./no-such-program
expect 2 stray -- tar cf a.tar n
says 'behind --'

# Signals: the command's death is ours, and what is sent to us is sent to it.
expect 137 $e --output o.gz -- sh -c 'cp noisy.gz o.gz; kill -KILL $$'
cmp noisy.gz o.gz || fail "the package of a killed command was touched"
set +e
"$program" wrap $e --output o.gz -- sh -c 'while :; do echo x; done' 2>/dev/null | head -n 1 >/dev/null
[ "${PIPESTATUS[0]}" = 141 ] || fail "a closed pipe did not end it by SIGPIPE"
"$program" wrap -q $e --output o.gz -- \
  sh -c 'trap "echo >got; exit 7" TERM; : >ready; while :; do sleep 0.05; done' &
until_there ready
kill -TERM $!
wait $!
[ $? = 7 ] && [ -e got ] || fail "SIGTERM was not sent on"
rm -f ready
"$program" wrap -q $e --output o.gz -- sh -c ': >ready; while :; do sleep 0.05; done' &
until_there ready
kill -HUP $!
wait $!
[ $? = 129 ] || fail "SIGHUP did not end both"
set -e
[ -z "$(find . -name '.normalize-*')" ] || fail "something is left behind"

# What is no package, damaged, missing, or written where nothing can be.
head -c 30 noisy.gz >cut.gz
expect 65 $e --output o.gz -- cp cut.gz o.gz
cmp cut.gz o.gz || fail "a damaged package was touched"
expect 66 $e --output 'none-*.gz' -- true
says 'none-*.gz'
expect 66 $e --output '*.gz' -- true # old ones are nobody's
expect 0 $e --output '*.gz' -- cp noisy.gz new.gz
is_normal new.gz && is_noisy noisy.gz
mkdir ro && cp noisy.gz ro/o.gz && chmod 555 ro
unprivileged=()
if [ "$(id -u)" = 0 ]; then chown -R 1001 ro && unprivileged=(setpriv --reuid=1001 --regid=1001 --clear-groups); fi
status=0
"${unprivileged[@]}" "$program" wrap -q $e --output ro/o.gz -- sh -c 'cat noisy.gz >ro/o.gz' 2>errors || status=$?
[ $status = 74 ] && cmp noisy.gz ro/o.gz || fail "a folder that cannot be written: exit $status"
head -c 200000 /dev/urandom >big && gzip -c big >big.gz && cp big.gz kept.gz
status=0
(ulimit -f 100 && "$program" wrap -q $e --output o.gz -- mv big.gz o.gz 2>errors) || status=$?
[ $status = 74 ] && cmp kept.gz o.gz || fail "a disk that takes no more: exit $status"
[ -z "$(find . -name '.normalize-*')" ] || fail "something is left behind"

# Calls that write no package are not ours: the same environment, the same words.
mkdir bin && printf '#!/bin/sh\nenv -u _ | sort; umask; echo "$@"\n' >bin/pkg_create && chmod 755 bin/pkg_create
(umask 027 && TZ=Asia/Tokyo bin/pkg_create -n -B / 'a  b' >direct)
(umask 027 && TZ=Asia/Tokyo "$program" wrap -- bin/pkg_create -n -B / 'a  b' >passed)
diff direct passed || fail "a call that writes no package was not passed through"
tar cf plain.tar n
expect 0 -- tar tf plain.tar
[ "$(cat out)" = n ] && [ ! -s errors ] || fail "a list of a tar archive has more in it"
expect 2 -- tar tf missing.tar

# A creator tells that itself, whatever --output says; an interpreter does not.
cp noisy.gz o.gz
expect 0 $e --output o.gz -- tar tf plain.tar
is_noisy o.gz
expect 0 $e --output o.gz -- python3 -c 'import shutil; shutil.copy("noisy.gz", "o.gz")'
is_normal o.gz

# The stage: settled in place once and for all; never the root; locked meanwhile.
mkdir -p stage && cp noisy.gz stage/
expect 0 $e --stage stage --output o.tar -- tar cf o.tar stage
says 'stage: '
is_normal stage/noisy.gz
inode=$(stat -c %i stage/noisy.gz)
expect 0 $e --stage stage --output o.tar -- tar cf o.tar stage
[ "$inode" = "$(stat -c %i stage/noisy.gz)" ] || fail "a normal stage was written again"
ln -s / root
for path in / /.. root root/; do
  expect 2 $e --stage $path --output o.gz -- touch ran
  says 'root'
done
[ ! -e ran ] || fail "the command was run although its stage is refused"
expect 2 $e --stage n --output o.gz -- touch ran
mkdir elsewhere here && cp noisy.gz elsewhere/
if have mksquashfs; then
  (cd here && "$program" wrap $e -- mksquashfs ../elsewhere x.sqfs -quiet -no-progress >/dev/null 2>../errors)
  says 'outside of the current folder'
  is_noisy elsewhere/noisy.gz
fi
# A stage of somebody else's: named, it is an error; found, the package alone is normal.
mkdir -p others/DEBIAN && cp noisy.gz others/ && printf '%s\n' 'Package: x' 'Version: 1' \
  'Architecture: all' 'Maintainer: X <x@example.org>' 'Description: x' >others/DEBIAN/control
chmod 555 others
mkdir -p mine && [ ${#unprivileged[@]} = 0 ] || chown 1001 mine
if have dpkg-deb && [ ${#unprivileged[@]} != 0 ]; then
  status=0
  "${unprivileged[@]}" "$program" wrap $e --stage others -- dpkg-deb -b others mine/x.deb >out 2>errors || status=$?
  [ $status = 2 ] && [ ! -e mine/x.deb ] && says 'nothing was run' || fail "a named stage: exit $status"
  "${unprivileged[@]}" "$program" wrap $e -- dpkg-deb -b others mine/x.deb >out 2>errors || fail "a stage that stays: $(cat errors)"
  says 'only the package will be normal'
  is_normal mine/x.deb && is_noisy others/noisy.gz
fi
cp noisy.gz stage/
rm -f ready
flock stage sh -c ': >ready; while [ ! -e go ]; do sleep 0.05; done; : >released' &
until_there ready
"$program" wrap -q $e --stage stage --output o.gz -- sh -c 'cp noisy.gz o.gz; [ -e released ]' &
wrapper=$!
for _ in $(seq 100); do
  { [ -r "/proc/$wrapper/wchan" ] && ! grep -q lock "/proc/$wrapper/wchan" && sleep 0.05; } || break
done
: >go
wait $wrapper || fail "a locked stage was not waited for"
wait

# Signatures: refused while they count, taken off or made anew where somebody says so.
/usr/bin/python3 - <<'PYTHON'
import gzip
plain = open('noisy.gz', 'rb').read()
normal = gzip.compress(open('n', 'rb').read(), mtime=0)
for name, data in (('signed.gz', plain), ('normal.gz', normal)):
    name_end = data.index(b'\0', 10) + 1 if data[3] & 8 else 10
    head = data[:3] + bytes([16]) + data[4:10]
    open(name, 'wb').write(head + b'untrusted comment: verify\nRWQ=\n\0' + data[name_end:])
PYTHON
expect 69 $e --output o.gz -- cp signed.gz o.gz
says 'signed'
says 'MTIME'
cmp signed.gz o.gz || fail "a signed package was touched"
expect 0 $e --strip-signature --output o.gz -- cp signed.gz o.gz
is_normal o.gz
! grep -aq untrusted o.gz || fail "the signature is still there"
"$program" apply -q normal.gz && expect 0 $e --output o.gz -- cp normal.gz o.gz
cmp normal.gz o.gz || fail "a signed package that is normal was touched"
cat >sign <<'SIGN'
#!/bin/sh
# Adds a line to what it signs, and tells what that was.
sha256sum <"$1" >signed-sum && { cat "$1"; echo signature; } >"$2"
SIGN
chmod 755 sign
expect 0 $e --resign './sign {in} {out}' --output "it's o.txt" -- cp n "it's o.txt"
[ "$(tail -n 1 "it's o.txt")" = signature ] || fail "not signed anew"
[ "$(cut -c -64 signed-sum)" = "$(sha256sum <n | cut -c -64)" ] || fail "something else was signed"
expect 0 $e --resign 'echo more >>{}' --output o.gz -- cp signed.gz o.gz
[ "$(tail -c 5 o.gz)" = more ] || fail "not signed in place"
expect 69 $e --resign false --output o.gz -- cp signed.gz o.gz
cmp signed.gz o.gz || fail "a package that could not be signed was touched"
# A signal while that runs ends it, and leaves the package.
expect 69 $e --resign 'kill -TERM $PPID; while :; do sleep 0.05; done' --output o.gz -- cp signed.gz o.gz
cmp signed.gz o.gz || fail "an interrupted signature left something"
expect 69 $e --output 'p.gz*' -- sh -c 'cp noisy.gz p.gz; echo x >p.gz.sig'
cmp noisy.gz p.gz || fail "a package with a signature beside it was touched"
[ -z "$(find . -name '.normalize-*')" ] || fail "something is left behind"

# The epoch: from the environment, an option, a changelog; else there is none, and that is said.
tells_epoch() { expect 0 "$@" --output told -- sh -c 'echo "${SOURCE_DATE_EPOCH-none} $TZ $(umask)" >told'; cat told; }
mkdir changes && cd changes
[ "$(tells_epoch)" = 'none UTC 0022' ] || fail "an epoch out of nothing: $(cat told)"
says 'no epoch'
[ "$(SOURCE_DATE_EPOCH=5 tells_epoch)" = '5 UTC 0022' ] || fail "the variable: $(cat told)"
[ "$(SOURCE_DATE_EPOCH=5 tells_epoch --epoch 6)" = '6 UTC 0022' ] || fail "the option: $(cat told)"
[ "$(tells_epoch --epoch-from ../n)" = '1 UTC 0022' ] || fail "a file: $(cat told)"
printf '## 1.2 (2024-01-02)\n' >CHANGELOG.md
[ "$(tells_epoch)" = '1704153600 UTC 0022' ] || fail "a changelog: $(cat told)"
SOURCE_DATE_EPOCH=today expect 2 --output told -- touch told
cd ..

# Twice: what differs is told by field; the first package stays, normal.
cp noisy.gz stage/
touch -d @1800000000 n
expect 0 $e --twice --output t.gz -- sh -c 'gzip -c n >t.gz; touch -d @1900000000 n'
is_normal t.gz
# What is older than the epoch tells no build's time.
touch -d @1 n
expect 1 $e --twice --output t.gz -- sh -c 'gzip -c n >t.gz; touch -d @1900000000 n'
grep -q 't.gz: different' out || fail "--twice tells no time before the epoch: $(cat out)"
expect 1 $e --twice --output t.txt -- sh -c 'echo "$TZ $USER" >t.txt'
grep -q 't.txt: different' out && grep -q -- '+Asia/Tokyo elsewhere' out || fail "--twice tells no difference: $(cat out)"
grep -q '^UTC ' t.txt || fail "the second package stayed"
expect 5 $e --twice --output t.txt -- sh -c '[ "$TZ" = UTC ] && cp noisy.gz t.txt || exit 5'
cmp noisy.gz t.txt || fail "the first package is lost or touched"
[ -z "$(find . -name '.normalize-*')" ] || fail "something is left behind"

# Links by creators' names.
"$program" shim links >made
grep -qx links/pkg_create made && grep -qx links/rpmbuild made || fail "no link was told"
[ ! -e links/python3 ] || fail "an interpreter was linked"
[ -z "$("$program" shim links)" ] || fail "a second time made links"
"$program" shim more python3 >/dev/null && [ "$(ls more)" = python3 ] || fail "one link by its name"
mkdir taken && echo mine >taken/tar
! "$program" shim taken tar 2>errors && [ "$(cat taken/tar)" = mine ] || fail "somebody's file was replaced"
! "$program" shim taken ls 2>errors || fail "a link by a name that is no creator's"

real_path=$PATH
export PATH=$work/links:$real_path NORMALIZE_OPTS="-q $e"
[ "$(type -P tar)" = "$work/links/tar" ]
hash -r
cp noisy.gz stage/ && tar czf s.tgz stage
is_normal s.tgz
tar xzf s.tgz -O stage/noisy.gz >inner.gz && is_normal inner.gz
NORMALIZE=off tar czf s.tgz stage && is_noisy s.tgz
grep -qx stage/noisy.gz <<<"$(tar tzf s.tgz)" || fail "a list through a link"
"$work/links/tar" cf s.tar stage && is_normal s.tar
# A stream may be a part of what another creator writes: it is not ours, unless somebody says so.
tar cf - stage >streamed.tar
NORMALIZE=off tar cf - stage | cmp - streamed.tar || fail "a stream through a link was settled"
"$program" wrap $e -- "$(PATH=$real_path type -P tar)" cf - stage 2>errors | cmp -s - streamed.tar &&
  fail "a stream was not settled although somebody said so"
says 'cannot be made normal'
# What debhelper and dpkg-deb run by these names keeps the owners that it was given.
if have dpkg-deb && [ "$(id -u)" = 0 ]; then
  mkdir -p owned/DEBIAN owned/usr && cp noisy.gz owned/usr/ && chown 0:20 owned/usr/noisy.gz
  printf '%s\n' 'Package: x' 'Version: 1' 'Architecture: all' 'Maintainer: X <x@example.org>' \
    'Description: x' >owned/DEBIAN/control
  dpkg-deb -b owned x.deb >out && is_normal x.deb
  grep -q 'root/\(dialout\|20\) .*noisy.gz' <<<"$(dpkg-deb -c x.deb)" || fail "an owner was lost: $(dpkg-deb -c x.deb)"
fi
# A second copy of the program behind the first, and a creator that runs itself.
mkdir copies doubles && cp "$program" copies/normalize && ln -s normalize copies/tar
cat >doubles/tar <<'DOUBLE'
#!/bin/sh
echo run >>"$COUNT"
if [ "$1" = again ]; then shift; exec tar "$@"; fi
exec cp noisy.gz "$2"
DOUBLE
chmod 755 doubles/tar
export COUNT=$work/count
PATH=$work/links:$work/copies:$work/doubles:$real_path tar cf s.gz n
is_normal s.gz
[ "$(wc -l <count)" = 1 ] || fail "the real program ran $(wc -l <count) times"
rm count && sed -i 's/if \[ "$1" = again \]/if [ -z "$AGAIN" ]/; s/shift; exec/AGAIN=1 exec/' doubles/tar
PATH=$work/links:$work/copies:$work/doubles:$real_path tar cf s.gz n
is_normal s.gz
[ "$(wc -l <count)" = 2 ] || fail "a creator that runs itself ran $(wc -l <count) times"
status=0
PATH=$work/links:$work/copies tar cf s.gz n 2>errors || status=$?
[ $status = 2 ] && says 'tar: ' || fail "no real program: exit $status"

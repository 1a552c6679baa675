#!/bin/bash
# Builds one small project into DIR with the tools that people build with: the sources are the same
# at every call, what surrounds them comes from the environment that two_builds_test.sh gives.
#   build_tree.sh DIR forward|reverse SECONDS
set -euo pipefail
shopt -s nullglob
dir=$1 order=$2 stamp=$3
have() { command -v "$1" >/dev/null; }
list() { if [ "$order" = forward ]; then sort "$@"; else sort -r "$@"; fi; }
# Each file gets a time of its own, with a fraction of a second, as in any build.
touch_all() {
  find "$1" -print0 | list -z | while IFS= read -r -d '' f; do
    touch -h -d "@$((stamp + RANDOM % 1000)).123456789" "$f"
  done
}

mkdir -p "$dir" && cd "$dir"
mkdir -p src share/doc lib/python share/java

for n in $(seq 1 12 | list -n); do
  printf 'File number %s.\n' "$n" >"src/file-$n.txt"
  seq "$n" 400 >>"src/file-$n.txt"
done
ln -s file-1.txt src/link
ln src/file-2.txt src/hard-link
mkdir src/empty
head -c 3000 /dev/zero >src/zeros
chmod 755 src/file-3.txt
touch_all src

# gzip: a manual page with its name and time, and a stream of two members.
printf '.TH PAGE 1\n.SH NAME\npage\n' >share/doc/page.1
touch_all share
gzip -9 share/doc/page.1
{ gzip -c src/file-1.txt; gzip -c src/file-2.txt; } >share/doc/two.gz

# ar: members in a fixed order (it decides linking), one of them compressed.
cp src/file-1.txt one.o && gzip -kc src/file-4.txt >two.gz && touch_all .
ar rcU lib/libproject.a one.o two.gz src/file-5.txt
rm one.o two.gz

# Python: modules compiled in an order and with a hash seed of their own, one of them legacy.
for module in $(printf 'alpha\nbeta\ngamma\n' | list); do
  cat >"lib/python/$module.py" <<PYTHON
"""Module $module."""
NAMES = {'$module', 'x', 'name', 'other'}
def known(word):
    return word in {'$module', 'one', 'two', 'three'} or word in ('a', 'b', "$module")
class Thing:
    attribute = 'Thing'
    def method(self, value=(1, 2.5, None, 'text')):
        return [lambda: value for _ in range(3)]
PYTHON
done
touch_all lib
for module in $(printf 'alpha\nbeta\ngamma\n' | list); do
  /usr/bin/python3 -c "
import py_compile
path = 'lib/python/$module.py'
py_compile.compile(path, dfile='/usr/lib/$module.py', doraise=True,
                   invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)"
done
mkdir lib/legacy && cp -p lib/python/alpha.py lib/legacy/ &&
  /usr/bin/python3 -c "
import py_compile
py_compile.compile('lib/legacy/alpha.py', 'lib/legacy/alpha.pyc', '/usr/lib/alpha.py', True,
                   invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)"

# tar in its dialects, alone and compressed; a tar of what has been made so far.
for format in v7 ustar gnu pax; do
  find src | list | tar --format=$format --no-recursion -cf "share/$format.tar" -T -
done
find src lib | list | tar --no-recursion -czf share/source.tar.gz -T -

# zip with Info-ZIP's extra fields, a jar, a wheel by Python, and all of them in one another.
find src share/doc | list | zip -q -X9 share/plain.zip -@
find src lib share/doc | list | zip -qy share/project.zip -@
if have jar; then
  mkdir -p classes/META-INF/services classes/project
  printf 'Built-By: %s\nImplementation-Title: project\n' "$(id -u)" >manifest.txt
  for n in $(seq 1 9 | list -n); do printf 'service %s\n' "$n" >"classes/META-INF/services/s$n"; done
  cp share/doc/page.1.gz classes/project/
  touch_all classes
  (cd classes && find . -type f | sed 's,^\./,,' | list | xargs jar cfm ../share/java/project.jar ../manifest.txt)
  rm -r classes manifest.txt
fi
/usr/bin/python3 - "$order" <<'PYTHON'
import sys, time, zipfile, hashlib, base64, os
names = {'project/__init__.py': b'VERSION = 1\n', 'project/data.txt': b'data\n' * 200}
meta = {'project-1.dist-info/METADATA': b'Metadata-Version: 2.1\nName: project\nVersion: 1\n',
        'project-1.dist-info/WHEEL': b'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'}
def row(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
    return f'{name},sha256={digest},{len(data)}\n'
record = ''.join(row(n, d) for n, d in sorted({**names, **meta}.items()))
record += 'project-1.dist-info/RECORD,,\n'
with zipfile.ZipFile('share/project-1-py3-none-any.whl', 'w', zipfile.ZIP_DEFLATED) as wheel:
    for group in (names, meta):
        for name in sorted(group, reverse=sys.argv[1] == 'reverse'):
            info = zipfile.ZipInfo(name, time.localtime()[:6])
            info.external_attr = (0o100666 & ~os.umask(os.umask(0)) & 0xffff) << 16
            wheel.writestr(info, group[name], zipfile.ZIP_DEFLATED)
    wheel.writestr('project-1.dist-info/RECORD', record)
PYTHON
touch_all share
mkdir all && find share lib | list | tar --no-recursion -czf all/everything.tar.gz -T -
find share lib all | list | zip -qy all/everything.zip -@
chmod 444 share/plain.zip share/doc/page.1.gz
touch_all all  # lib keeps its times: the compiled modules name those of their sources

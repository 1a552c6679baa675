#!/bin/bash
# What `cmake --install` puts on a disk serves there: pages of the manual that mandoc and man have no
# complaint of, completions that bash and fish complete by, and a library that other projects find.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
build=$(dirname "$program")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
have() { command -v "$1" >/dev/null || { echo "skipped: no $1"; return 1; }; }

DESTDIR=$work/root cmake --install "$build" --prefix /usr >"$work/log" || { cat "$work/log" >&2; fail "install"; }
usr=$work/root/usr
export PATH=$usr/bin:$PATH
[ "$(normalize --version)" = "$("$program" --version)" ] || fail "another program was installed"
if grep -rIl "$work" "$usr"; then fail "a file names the folder it was staged in"; fi

# 1. A page for every command, with every option that --help tells.
pages=$usr/share/man/man1
commands=$(normalize --help=options | cut -f 1)
for command in $commands; do
  for option in $(normalize "$command" --help=options | cut -f 1 | tr ',' '\n'); do
    name=${option#-}
    grep -qF -- " Fl ${name/#-/\\-}" "$pages/normalize-$command.1" || fail "normalize-$command.1 has no $option"
  done
  grep -qF "normalize-$command" "$pages/normalize.1" || fail "normalize.1 does not lead to $command"
done
[ "$(find "$pages" -type f | wc -l)" = $(($(wc -w <<<"$commands") + 1)) ] || fail "there are more pages than commands"
if have mandoc; then
  mandoc -Tlint -Wall "$pages"/* | grep -v 'referenced manual not found' >"$work/lint" || true
  [ ! -s "$work/lint" ] || { cat "$work/lint" >&2; fail "mandoc -Tlint"; }
fi
if have man; then
  for page in "$pages"/*; do
    LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l -Tutf8 -Z "$page" 2>&1 >/dev/null | tee -a "$work/warnings" >&2
  done
  [ ! -s "$work/warnings" ] || fail "man --warnings"
fi

# 2. Completions. In bash, keys are typed at a prompt.
cat >"$work/type.py" <<'PYTHON'
import os, pty, select, sys, time
completions, folder = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(folder)
    os.execvpe('bash', ['bash', '--norc', '--noprofile', '-i'],
               {'PATH': os.environ['PATH'], 'TERM': 'dumb', 'PS1': 'READY>', 'HISTFILE': '/dev/null', 'INPUTRC': '/dev/null'})

seen = b''

def read_until(text, what):
    global seen
    deadline = time.monotonic() + 60
    while text not in seen:
        if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            sys.exit(f'FAILED: {what}: expected {text!r}, the terminal shows {seen!r}')
        seen += os.read(terminal, 4096)
    seen = seen.partition(text)[2]

def completes(typed, line):
    os.write(terminal, typed.encode() + b'\t')
    read_until(line.encode(), typed)
    os.write(terminal, b'\x15\n')  # forgets the line
    read_until(b'READY>', 'a new prompt')

read_until(b'READY>', 'a prompt')
os.write(terminal, f'. {completions}; echo LOA''DED\n'.encode())
read_until(b'LOADED\r\n', 'the completions')
read_until(b'READY>', 'a prompt')
completes('normalize app', 'normalize apply ')
completes('normalize apply --link', 'normalize apply --link-duplicates ')
completes('normalize check --profile st', 'normalize check --profile strict ')
completes('normalize check --profile=st', 'normalize check --profile=strict ')
completes('normalize apply only-on', 'normalize apply only-one-file')
completes('normalize hash --rules only-on', 'normalize hash --rules only-one-file')
completes('normalize compat lin', 'normalize compat linkdupes ')
completes('normalize apply --formats -javad', 'normalize apply --formats -javadoc ')
PYTHON
mkdir "$work/folder"
: >"$work/folder/only-one-file"
/usr/bin/python3 "$work/type.py" "$usr/share/bash-completion/completions/normalize" "$work/folder"
if have fish; then
  offers() { # LINE: what fish offers there
    HOME=$work XDG_CONFIG_HOME=$work/none fish --no-config -c "source $usr/share/fish/vendor_completions.d/normalize.fish
      complete -C '$1'" | cut -f 1
  }
  grep -qx apply <<<"$(offers 'normalize app')" || fail "fish knows no commands"
  grep -qx -- --link-duplicates <<<"$(offers 'normalize apply --link')" || fail "fish knows no options"
  grep -qx strict <<<"$(offers 'normalize apply --profile s')" || fail "fish knows no values"
  grep -qx -- --profile=strict <<<"$(offers 'normalize apply --profile=s')" || fail "fish knows no values behind ="
  grep -qx -- -javadoc <<<"$(offers 'normalize apply --formats -javad')" || fail "fish knows no formats"
fi
if have zsh; then zsh -n "$usr/share/zsh/site-functions/_normalize"; fi

# 3. The library, found by CMake and by pkg-config. With one that is instrumented goes what that calls.
export LDFLAGS=
setting() { sed -n "s/^$1:.*=//p" "$build/CMakeCache.txt"; }
[ -z "$(setting NORMALIZE_SANITIZE)" ] || LDFLAGS=-fsanitize=$(setting NORMALIZE_SANITIZE)
[ "$(setting NORMALIZE_COVERAGE)" != ON ] || LDFLAGS=--coverage
mkdir "$work/consumer"
cat >"$work/consumer/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(normalize 0.1 REQUIRED)
add_executable(consumer main.cpp)
target_link_libraries(consumer PRIVATE normalize::normalize)
CMAKE
cat >"$work/consumer/main.cpp" <<'CPP'
#include <normalizers/normalize.h>

#include <cstdio>

// Standard input to standard output, as its normal form.
int main() {
  normalize::Bytes input;
  for (int c = std::getchar(); c != EOF; c = std::getchar()) input.push_back(std::byte(c));
  normalize::WholeSource source(input);
  normalize::Rules rules;
  rules.epoch = 1'700'000'000;
  const normalize::Result result = normalize::normalize_source("stdin", source, rules);
  if (result.outcome != normalize::Result::Outcome::changed) return 1;
  const normalize::Bytes output = result.content.to_bytes();
  std::fwrite(output.data(), 1, output.size(), stdout);
}
CPP
cmake -S "$work/consumer" -B "$work/consumer/build" -G Ninja -DCMAKE_PREFIX_PATH="$usr" -DCMAKE_BUILD_TYPE=Debug \
  >"$work/log" 2>&1 && cmake --build "$work/consumer/build" >>"$work/log" 2>&1 ||
  { cat "$work/log" >&2; fail "a project that uses the library"; }
echo text >"$work/text" && touch -d @1800000000 "$work/text" && gzip "$work/text"
"$work/consumer/build/consumer" <"$work/text.gz" >"$work/by-library" || fail "the library left a file as it was"
"$program" apply --quiet --epoch 1700000000 --type gzip - <"$work/text.gz" >"$work/by-program"
cmp "$work/by-library" "$work/by-program" || fail "library and program differ"
export PKG_CONFIG_PATH=$usr/lib/pkgconfig:$(dirname "$(find "$usr/lib" -name normalize.pc)")
# shellcheck disable=SC2046,SC2086
c++ $(pkg-config --cflags normalize) "$work/consumer/main.cpp" $(pkg-config --libs normalize) $LDFLAGS -o "$work/by-pkg-config" ||
  fail "pkg-config does not tell all there is to link"

# 4. The hook, found by CMake without what the library needs.
mkdir "$work/hooked"
cat >"$work/hooked/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(hooked LANGUAGES NONE)
find_package(normalize REQUIRED COMPONENTS hook)
install(FILES text.gz DESTINATION share)
CMAKE
cp "$work/text.gz" "$work/hooked/"
cmake -S "$work/hooked" -B "$work/hooked/build" -DCMAKE_PREFIX_PATH="$usr" >"$work/log" 2>&1 &&
  SOURCE_DATE_EPOCH=1700000000 DESTDIR=$work/stage cmake --install "$work/hooked/build" --prefix /usr >>"$work/log" 2>&1 ||
  { cat "$work/log" >&2; fail "a project with the hook"; }
cmp "$work/by-program" "$work/stage/usr/share/text.gz" || fail "the hook has not normalized what was installed"

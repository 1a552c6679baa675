# What the tests of hooks share; read by bash. A build of a day has made files that tell that day; with
# a hook the build comes out as the same bytes on any, without it it does not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
hooks=$here/../../driver/hooks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
have() { command -v "$1" >/dev/null || { echo "skipped: no $1"; return 1; }; }
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$*"; }; }
mkdir "$work/bin"
ln -s "${NORMALIZE_PROGRAM:?}" "$work/bin/normalize"
export PATH=$work/bin:$PATH SOURCE_DATE_EPOCH=1700000000
monday=2024-01-02T03:04:05Z tuesday=2025-06-07T08:09:10Z

# What a build of that day has made.
made() { # DIR DAY
  mkdir -p "$1"
  echo text >"$1/data" && touch -d "$2" "$1/data" && gzip -N "$1/data"
  cp -p "$1/data.gz" "$1/other.gz"
}
# The same build on both days, with the hook and without.
compare() { # WHAT: in $work/WHAT/{monday,tuesday} and $work/WHAT/without-{monday,tuesday}
  (cd "$work/$1" && diff -r monday tuesday) >&2 || fail "$1: what came out differs"
  for day in monday tuesday; do
    (cd "$work/$1/$day" && find . -type f -printf '%P %T@\n' | sort) >"$work/times-$day"
  done
  diff "$work/times-monday" "$work/times-tuesday" >&2 || fail "$1: times differ"
  if diff -rq "$work/$1/without-monday" "$work/$1/without-tuesday" >/dev/null; then
    fail "$1: there was nothing to do"
  fi
}


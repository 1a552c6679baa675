# What the tests of `wrap` share; to be read by bash. Two places where people build: another user on
# another day in another zone, with another umask, locale and number of jobs, who finds the files of
# a folder in another order.

set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
epoch=1700000000
work=$(mktemp -d)
mounts=()
cleanup() {
  for mount in "${mounts[@]}"; do fusermount -u -z "$mount" 2>/dev/null || umount -l "$mount" || true; done
  chmod -R u+w "$work" && rm -rf "$work"
}
trap cleanup EXIT
chmod 755 "$work"
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
have() { command -v "$1" >/dev/null || { echo "left out: no $1"; return 1; }; }
unset SOURCE_DATE_EPOCH TAR_OPTIONS ZIPOPT NORMALIZE NORMALIZE_OPTS NORMALIZE_SHIM

faked=()
if have faketime; then faked=(faketime -f); fi

# here|there COMMAND...: runs it in one of the two places, in the current folder.
at() {
  local place=$1
  shift
  local zone=UTC locale=C.UTF-8 mask=022 clock='@2024-01-02 03:04:05' user=root jobs=-j1 id=0
  if [ "$place" = there ]; then
    zone=Asia/Tokyo locale=POSIX mask=002 clock='@2025-06-07 08:09:10' user=builder jobs=-j3 id=1001
  fi
  local run=()
  if [ "$(id -u)" = 0 ] && [ -z "${one_user:-}" ] && { [ $id != 0 ] || [ -n "${never_root:-}" ]; }; then
    [ $id != 0 ] || id=1002
    run+=(setpriv --reuid="$id" --regid="$id" --clear-groups)
  fi
  [ ${#faked[@]} = 0 ] || run+=("${faked[@]}" "$clock")
  (umask $mask && mkdir -p "$work/home-$place" && chmod 777 "$work/home-$place" &&
    exec env HOME="$work/home-$place" USER=$user LOGNAME=$user TZ=$zone LC_ALL=$locale \
      MAKEFLAGS=$jobs PYTHONHASHSEED=$id NO_FAKE_STAT=1 DONT_FAKE_MONOTONIC=1 "${run[@]}" "$@")
}

# Files as a build leaves them, some with noise of their own. Times differ from place to place.
make_stage() { # DIR here|there
  local stamp=1704164645 list=(cat)
  if [ "$2" = there ]; then stamp=1749337689 list=(sort -r); fi
  mkdir -p "$1/lib" "$1/share/doc" "$1/bin"
  for n in $(seq 1 9 | "${list[@]}"); do seq "$n" 60 >"$1/share/file-$n.txt"; done
  printf '#!/bin/sh\necho x\n' >"$1/bin/x" && chmod 755 "$1/bin/x"
  ln -s x "$1/bin/y"
  seq 900 >"$1/share/doc/page.1"
  find "$1" -exec touch -h -d "@$stamp.25" {} +
  gzip "$1/share/doc/page.1"
  echo x >"$1/lib/x.o" && (cd "$1/lib" && ar rcU libx.a x.o && rm x.o)
}

# A folder in which one place works, gone before: prints nothing, sets $project. Another order of
# directories comes from disorderfs, where that can be mounted.
new_project() { # NAME here|there
  local base="$work/$1/$2-$RANDOM"
  mkdir -p "$base/real" "$base/project"
  project=$base/real
  if [ "$2" = there ] && [ "$(id -u)" = 0 ] && command -v disorderfs >/dev/null &&
    disorderfs --multi-user=yes --sort-dirents=yes --reverse-dirents=yes \
      "$base/real" "$base/project" >/dev/null 2>&1; then
    mounts+=("$base/project")
    project=$base/project
  fi
}

give_away() { # DIR: to the user there
  [ "$(id -u)" != 0 ] || chown -hR 1001:1001 "$1"
}

# NAME FUNCTION GLOB OPTION... -- COMMAND...: FUNCTION PLACE fills the current folder; COMMAND is
# run, wrapped, in both places, and what matches GLOB then is the same. Leaves the one from here in
# $package. Without the wrapping it is not the same, unless $same_anyway says so. With $never_root
# nobody is root, with $one_user everybody is who we are. In COMMAND, @@ is
# the folder's path; it is run in the folder $inside of it.
same_package() {
  local name=$1 fill=$2 glob=$3 place options=()
  shift 3
  while [ "$1" != -- ]; do options+=("$1") && shift; done
  shift
  local wrapped=("$program" wrap -q --epoch $epoch "${options[@]}" --)
  local kind
  for kind in plain wrapped; do
    if [ $kind = plain ]; then
      [ -z "${same_anyway:-}" ] || continue
      local run=("$@")
    else
      local run=("${wrapped[@]}" "$@")
    fi
    for place in here there; do
      new_project "$name-$kind" $place
      (cd "$project" && umask "$([ $place = here ] && echo 022 || echo 002)" && $fill $place)
      if [ $place = there ]; then give_away "$project"; elif [ -n "${never_root:-}" ] && [ "$(id -u)" = 0 ]; then chown -hR 1002:1002 "$project"; fi
      (cd "$project/${inside:-.}" && at $place "${run[@]//@@/$project}" >"$project/../log" 2>&1) ||
        { cat "$project/../log" >&2; fail "$name: $kind $place: it failed"; }
      (cd "$project" && for file in $glob; do
        [ -e "$file" ] || { cat ../log >&2; fail "$name: $kind $place: no $glob"; }
        sha256sum "$file" | sed "s|  .*/|  |"
      done) >"$work/$name-$kind-$place"
      if [ $place = here ]; then package=$(cd "$project" && for file in $glob; do readlink -f "$file"; done); fi
      [ -z "$(find "$project" "${project%/*/*}" -maxdepth 2 -name '.normalize-*')" ] || fail "$name: something is left behind"
    done
    if [ $kind = plain ]; then
      ! cmp -s "$work/$name-plain-here" "$work/$name-plain-there" || fail "$name: the same without wrap"
    else
      diff "$work/$name-wrapped-here" "$work/$name-wrapped-there" || fail "$name: the packages differ"
    fi
  done
  echo "$name: $(wc -l <"$work/$name-wrapped-here") the same"
}

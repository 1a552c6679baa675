#!/bin/bash
# Nothing is lost: a store whose writers are killed at any time, who run out of disk, or who come several
# at once, holds every build that was ever said to be in it. NORMALIZE_SOAK is how many kills there are.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export NORMALIZE_STORE=$work/store LC_ALL=C.UTF-8
unset SOURCE_DATE_EPOCH
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
store() { "$program" store "$@"; }
kills=${NORMALIZE_SOAK:-30}
[ "$kills" -gt 0 ] 2>/dev/null || kills=30
[ "$kills" -gt 1 ] || kills=1000

mkdir tree
for n in $(seq 60); do seq "$n" "$((n * 40))" >"tree/$n"; done
head -c 3000000 /dev/urandom >tree/large
change() { # another build of the tree
  echo "$1" >>"tree/$((1 + $1 % 60))"
  printf '%s' "$1" | dd of=tree/large bs=1 seek=$((RANDOM * 80)) conv=notrunc status=none
  touch -d "@$((1700000000 + $1))" tree/large
}
same() { # BUILD TREE
  rm -rf restored
  store restore "$1" restored 2>out || fail "$1 cannot be had: $(cat out)"
  diff -r "$2" restored >out || fail "$1 is another: $(cat out)"
}

store init "$NORMALIZE_STORE"
store add -q tree --name first
cp -a tree first
killed=0
for n in $(seq "$kills"); do
  delay=$(printf '0.%03d' $((RANDOM % 60)))
  status=0
  case $((n % 4)) in
    0)
      last=$(store list | tail -n 1 | cut -d : -f 1)
      [ "$last" = first ] || store drop "$last"
      timeout -s KILL "$delay" "$program" store gc >/dev/null 2>out || status=$?
      ;;
    *)
      change "$n"
      timeout -s KILL "$delay" "$program" store add -q tree --name "b$n" 2>out || status=$?
      if [ $status = 0 ]; then grep -q "^b$n:" <<<"$(store list)" || fail "b$n is not there"; fi
      ;;
  esac
  [ $status = 0 ] || [ $status = 137 ] || fail "status $status: $(cat out)"
  [ $status = 0 ] || killed=$((killed + 1))
  store verify >out || fail "after kill $n: $(cat out)"
  [ $((n % 10)) != 0 ] || same first first
done 2>/dev/null
[ "$killed" -gt 0 ] || echo "no run was slow enough to be killed"
[ -z "${NORMALIZE_SOAK:-}" ] || echo "$killed of $kills runs were killed"
store add -q tree --name last && same last tree && same first first
store gc >/dev/null && store verify >out || fail "after all kills: $(cat out)"
[ -z "$(find "$NORMALIZE_STORE" -name '.normalize-*')" ] || fail 'something is left behind'

# A disk that is full.
before=$(store list)
head -c 300000 /dev/urandom >tree/more
(ulimit -f 40 && store add -q tree --name full 2>out) && fail 'a full disk is no error'
grep -q 'cannot write' out || fail "a full disk: $(cat out)"
[ "$(store list)" = "$before" ] && store verify >out || fail "after a full disk: $(cat out)"

# Several at a time: writers wait for each other, and gc for who reads.
cp -a tree tree2
adding=()
for n in 1 2 3; do
  (store add -q tree --name "a$n" && store add -q first --name "c$n" && store drop "a$n" && store gc) >/dev/null &
  adding+=($!)
  (for m in 1 2 3; do store restore first "r$n$m" && diff -r first "r$n$m" && store verify; done) >"out$n" 2>&1 &
  adding+=($!)
done
for process in "${adding[@]}"; do wait "$process" || fail "side by side: $(cat out?)"; done
for n in 1 2 3; do same "c$n" first; done
store verify >out || fail "after all: $(cat out)"

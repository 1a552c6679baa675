#!/bin/bash
# No file comes to harm on a file system that is not like a disk's: one where case does not count, that
# knows no links, owners or modes, refuses to rename or to remove, or copies a file when it changes.
# Needs root and mounts; what cannot be mounted here is left out, and said.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
mounts=() loops=()
cleanup() {
  for mount in "${mounts[@]}"; do umount -l "$mount" 2>/dev/null || true; done
  for loop in "${loops[@]}"; do losetup -d "$loop" 2>/dev/null || true; done
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
cd "$work"
export LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH=1700000000
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
# In a user namespace of its own root may mount, but give nothing away.
touch owned && chown 1234:1234 owned 2>/dev/null || { echo "skipped: only root may mount"; exit 0; }
have() { command -v "$1" >/dev/null || { echo "left out: no $1"; return 1; }; }
# mounted DIR COMMAND...: whether the command makes DIR a mount.
mounted() {
  local place=$1
  shift
  mkdir -p "$place"
  timeout 20 "$@" >log 2>&1 </dev/null && mountpoint -q "$place" && mounts+=("$work/$place") && return
  echo "left out: cannot mount: $* ($(tail -n 1 log))"
  return 1
}
unmount() { umount -l "$1"; }

# run STATUS ARGUMENT...: the program, and that it ends so; what it says is in the file said.
run() {
  local expected=$1 status=0
  shift
  timeout 60 "$program" "$@" >said 2>&1 || status=$?
  [ $status = "$expected" ] || fail "exit status $status: $* ($(tail -n 3 said))"
}
said() { grep -q -e "$1" said || fail "does not say \"$1\": $(cat said)"; }

# Files as a build leaves them. The folder with-old-time is to keep its time, though a file in it changes.
make_tree() { # DIR
  mkdir -p "$1/sub/with-old-time"
  seq 500 >"$1/plain.txt"
  seq 900 >"$1/Page.1"
  gzip "$1/Page.1" 2>/dev/null
  seq 400 >"$1/sub/with-old-time/a"
  gzip "$1/sub/with-old-time/a" 2>/dev/null
  cp "$1/plain.txt" "$1/sub/plain.txt"
  (cd "$1" && tar -cf sub/x.tar Page.1.gz plain.txt)
  touch -d @1234567890 "$1/sub/with-old-time/a.gz" "$1/sub/with-old-time"
}
bytes_of() { (cd "$1" && find . -type f -exec sha256sum {} + | sort -k 2); }
time_of() { stat -c %Y "$1"; }
expect_no_leftovers() { # DIR
  [ -z "$(find "$1" -name '.*' ! -name .)" ] || fail "$2: left behind: $(find "$1" -name '.*' ! -name .)"
}

# A run does all that it does elsewhere, and a second one finds nothing to do.
works() { # NAME DIR
  local tree=$2/works
  make_tree "$tree"
  rm -rf plain && cp -R "$tree" plain
  run 0 apply -q plain
  run 1 check -q "$tree"
  run 0 apply -q "$tree"
  bytes_of "$tree" | diff - <(bytes_of plain) || fail "$1: other bytes than on a disk"
  [ "$(time_of "$tree/sub/with-old-time")" = 1234567890 ] || fail "$1: a folder has lost its time"
  run 0 check "$tree"
  run 0 apply "$tree"
  said 'nothing to change'
  expect_no_leftovers "$tree" "$1"
}

# What the file system refuses is said, and each file stays as it was.
refuses() { # NAME MOUNT FOLDER-BEHIND-IT MESSAGE
  make_tree "$3/tree"
  chmod 640 "$3/tree/Page.1.gz" "$3/tree/sub/x.tar" "$3/tree/sub/with-old-time/a.gz"
  chown -R 1234:1234 "$3/tree"
  picture() { bytes_of "$3/tree" && (cd "$3/tree" && find . -printf '%p %m %U %G\n' | sort); }
  picture "$@" >before
  run 2 apply "$2/tree"
  said "x.tar: $4.*; left as it was"
  picture "$@" | diff before - || fail "$1: a file has changed"
  expect_no_leftovers "$3/tree" "$1"
  run 2 apply "$2/tree" # and says it again
  said 'nothing to change, 3 failed'
}

bind() { # OPTION: mounts real in bound
  rm -rf real && mkdir real && mounted bound bindfs "$1" real bound
}
if have bindfs; then
  if bind --chown-ignore; then
    refuses owners bound real 'cannot keep owner and group'
    unmount bound
    bind --chmod-ignore && refuses modes bound real 'cannot keep the mode' && unmount bound
    bind --rename-deny && refuses names bound real 'cannot replace'
    run 2 pack real/tree -o bound/p.tar.gz
    run 2 store init bound/store
    expect_no_leftovers real 'names of outputs'
    unmount bound
    # Replaced files go with their last name, though nobody may remove one.
    bind --delete-deny && works removal bound && unmount bound
  fi
fi

if mkdir -p below above work && make_tree below/tree &&
  ln below/tree/plain.txt below/tree/a-link && ln below/tree/plain.txt below/tree/sub/b-link &&
  mounted over mount -t overlay overlay -o lowerdir=below,upperdir=above,workdir=work over; then
  works overlay over
  # A new time for one name makes two files of one that has its names below.
  run 0 apply over/tree
  run 0 check over/tree
  unmount over
fi

# Each name has an inode number of its own, links too: nobody can tell whether they are any.
if have mergerfs && mkdir -p branch && mounted merged mergerfs branch merged; then
  works numbers merged
  run 0 apply --link-duplicates merged/works
  said 'note: .*the file system hides what is linked'
  expect_no_leftovers merged/works numbers
  unmount merged
fi

exfat() { # SIZE: mounts a new one in exfat
  rm -f image
  truncate -s "$1" image && mkfs.exfat image >log 2>&1 || fail "mkfs.exfat: $(cat log)"
  local loop
  loop=$(losetup -f --show image 2>log) || { echo "left out: no loop device: $(cat log)"; return 1; }
  loops+=("$loop")
  mounted exfat mount.exfat-fuse "$loop" exfat
}
if have mkfs.exfat && have mount.exfat-fuse && exfat 16M; then
  works exfat exfat
  tree=exfat/works

  # The name on disk is the folder's, however it was given.
  touch -d @1800000000 "$tree/Page.1.gz"
  seq 99 >page && gzip -c page >"$tree/Page.1.gz"
  run 0 apply -q "$tree/PAGE.1.GZ" "$tree/page.1.gz"
  [ -n "$(find "$tree" -name Page.1.gz)" ] || fail "the name has changed: $(ls "$tree")"
  run 0 check "$tree/Page.1.gz"

  # Duplicates stay what they are, and that is no failure.
  run 0 apply --link-duplicates "$tree"
  said 'note: .*cannot link it'

  run 0 pack "$tree" -o exfat/p.tar.gz
  run 0 pack "$tree" -o p.tar.gz
  cmp p.tar.gz exfat/p.tar.gz || fail "another package"
  run 0 store init exfat/store
  run 0 store add -q --store exfat/store --name one "$tree"
  run 0 store restore --store exfat/store one exfat/restored
  diff -r "$tree" exfat/restored || fail "the store gives something else"
  unmount exfat
fi

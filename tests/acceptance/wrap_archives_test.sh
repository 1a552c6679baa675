#!/bin/bash
# Archives and images of one tree, written in two places by the programs themselves, are the same
# bytes once these are wrapped, and what they hold is what was there.
. "$(dirname "$0")/two_places.sh"

fill() { make_stage stage "$1"; }
lists() { # COMMAND...: it lists the package, and a file in it
  "$@" >"$work/list" 2>&1 || { cat "$work/list" >&2; fail "$* fails"; }
  grep -q "file-9.txt\|FILE_9.TXT" "$work/list" || { cat "$work/list" >&2; fail "$* finds no file"; }
}

same_package tar fill out.tar.gz -- tar -czf out.tar.gz stage
lists tar -tzf "$package"
same_package old-tar fill out.tar -- tar cCf stage out.tar .
lists tar -tf "$package"
tar -xOf "$package" ./share/doc/page.1.gz | gzip -dc | cmp - <(seq 900) || fail "tar: another page"

if have zip && have unzip; then
  same_package zip fill out.zip -- zip -qr out.zip stage
  lists unzip -l "$package"
  unzip -tqq "$package" || fail "zip: does not test"
fi
if have jar; then
  same_package jar fill out.jar -- jar cf out.jar -C stage .
  lists jar tf "$package"
fi
if have mksquashfs; then
  same_package mksquashfs fill out.sqfs -- mksquashfs stage out.sqfs -no-progress -quiet
  lists unsquashfs -ls "$package"
  unsquashfs -cat "$package" share/doc/page.1.gz | gzip -dc | cmp - <(seq 900) || fail "mksquashfs: another page"
fi
for writer in genisoimage 'xorriso -as mkisofs'; do
  have "${writer%% *}" && have bsdtar || continue
  # shellcheck disable=SC2086
  same_package "${writer%% *}" fill out.iso -- $writer -quiet -R -J -o out.iso stage
  lists bsdtar -tf "$package"
  bsdtar -xOf "$package" share/doc/page.1.gz | gzip -dc | cmp - <(seq 900) || fail "$writer: another page"
done

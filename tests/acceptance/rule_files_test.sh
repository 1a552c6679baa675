#!/bin/bash
# Rule files of a user, of a tree and of the command line, as people start the program: which of
# them count, what a tree's own options reach, and that a wrong file keeps everything as it was.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
unset SOURCE_DATE_EPOCH
export XDG_CONFIG_HOME=$work/config
mkdir -p "$work/config/normalize" "$work/made/a" "$work/made/b"
normalize() { "$program" "$@" >"$work/out" 2>"$work/err"; }
stamp() { printf '[[rule]]\nname = "stamp"\nreason = "r"\npath = "*.stamp"\nreplace = { find = "^made .*$", with = "made %s" }\n' "$1"; }
for tree in a b; do
  printf 'made today\n' >"$work/made/$tree/x.stamp"
  printf x | gzip -9 >"$work/made/$tree/x.gz"
  printf '\x60\xe3\x16\x66' | dd of="$work/made/$tree/x.gz" bs=1 seek=4 conv=notrunc status=none
done
fresh() { rm -rf "$work/a" "$work/b"; cp -a "$work/made/a" "$work/made/b" "$work"; }
says() { [ "$(cat "$work/$1/x.stamp")" = "made $2" ] || fail "$1/x.stamp is not 'made $2': $3"; }

stamp user >"$work/config/normalize/rules.toml"
fresh; normalize apply "$work/a" "$work/b"; says a user "the user's rule"; says b user "the user's rule"
stamp tree >"$work/made/a/.normalize.toml"
fresh; normalize apply "$work/a" "$work/b"; says a tree "the tree's rule"; says b user "not its rule"
stamp given >"$work/given.toml"
fresh; normalize apply --rules "$work/given.toml" "$work/a"; says a given "--rules"

# A tree's own options hold in it alone, below the command line and SOURCE_DATE_EPOCH.
mtime_of() { od -An -tu4 -j4 -N4 "$work/$1/x.gz" | tr -d ' '; }
printf '[options]\nepoch = 1000000000\n' >"$work/made/a/.normalize.toml"
fresh; normalize apply "$work/a" "$work/b"
[ "$(mtime_of a) $(mtime_of b)" = "1000000000 0" ] || fail "a tree's epoch: $(mtime_of a) $(mtime_of b)"
[ "$(stat -c %Y "$work/a/x.gz")" = 1000000000 ] || fail "a tree's epoch is not on disk"
[ "$(stat -c %Y "$work/b/x.stamp")" -gt 1000000000 ] || fail "a tree's epoch is on disk elsewhere"
fresh; SOURCE_DATE_EPOCH=1100000000 normalize apply "$work/a"
[ "$(mtime_of a)" = 1100000000 ] || fail "SOURCE_DATE_EPOCH does not count more than a tree's file"
fresh; normalize apply --epoch 1200000000 "$work/a"
[ "$(mtime_of a)" = 1200000000 ] || fail "--epoch does not count more than a tree's file"
printf '[options]\nexclude = "*.gz"\nformats = "-rule"\n' >"$work/made/a/.normalize.toml"
fresh; normalize apply --epoch 5 "$work/a" "$work/b"
cmp -s "$work/a/x.gz" "$work/made/a/x.gz" || fail "a tree's exclude does not count"
cmp -s "$work/b/x.gz" "$work/made/b/x.gz" && fail "a tree's exclude counts elsewhere"
says a today "rules are off in it"; says b user "rules are on"

# Other commands go by the same files.
printf '[options]\nepoch = 1000000000\n' >"$work/made/a/.normalize.toml"
fresh; normalize hash "$work/a/" && cp "$work/out" "$work/hashed"
normalize apply "$work/a"
[ "$(grep -c . "$work/hashed")" -ge 3 ] || fail "hash says nothing"
grep -q "^$(sha256sum <"$work/a/x.gz" | cut -d' ' -f1) " "$work/hashed" || fail "hash does not go by a tree's options"
rm "$work/made/a/.normalize.toml"
printf '[options]\nformat = "sarif"\nprofile = "safe"\n' >>"$work/config/normalize/rules.toml"
fresh; normalize diff "$work/a" "$work/b" || fail "diff takes the options of apply's reports"
normalize check --plugin-path "$work" "$work/a" || true
grep -q '"\$schema"' "$work/out" || fail "check does not take the format of a rule file"

# Whatever is wrong, wherever it stands: one line with its place, and nothing is touched.
stamp user >"$work/config/normalize/rules.toml"
wrong() {
  local place=$1 said=$2; shift 2
  fresh
  printf '%b' "$wrong" >"$place"
  cp -a "$work/a" "$work/before"
  set +e; normalize "$@"; status=$?; set -e
  [ $status = 2 ] || fail "exit status $status for: $wrong"
  [ "$(wc -l <"$work/err")" = 1 ] || fail "not one line for: $wrong"
  grep -qF "normalize: error: $place:$said" "$work/err" || fail "$(cat "$work/err") is not at $said"
  [ -s "$work/out" ] && fail "something was said of a run that did not begin"
  diff -r "$work/before" "$work/a" || fail "something was touched"
  [ "$(stat -c %Y "$work/a/x.stamp")" = "$(stat -c %Y "$work/before/x.stamp")" ] || fail "a time was touched"
  rm -rf "$work/before" "$place"
}
rule='[[rule]]\nname = "a"\nreason = "b"\npath = "*"\n'
wrong='[[rule]\n'; wrong "$work/w.toml" 1: apply --rules "$work/w.toml" "$work/a"
wrong='name = "a"\n'; wrong "$work/w.toml" '1:1: "name" is not known' apply --rules "$work/w.toml" "$work/a"
wrong=$rule'replace = { find = "(", with = "" }\n'; wrong "$work/w.toml" '5:20: find: ' check --rules "$work/w.toml" "$work/a"
wrong=$rule'replace = { find = "a", with = "{2}" }\n'; wrong "$work/w.toml" '5:32: with: ' apply --rules "$work/w.toml" "$work/a"
wrong=$rule'drop_lines = "(?=a)"\n'; wrong "$work/w.toml" '5:14: drop_lines: ' apply --rules "$work/w.toml" "$work/a"
wrong=$rule'python = "no colon"\n'; wrong "$work/w.toml" '5:10: python: ' apply --rules "$work/w.toml" "$work/a"
wrong=$rule'leave = true\nformat = "tgz"\n'; wrong "$work/w.toml" '6:10: format: ' hash --rules "$work/w.toml" "$work/a"
wrong='[[rule]]\nname = "a"\nreason = "b"\npath = "[z-a]"\nleave = true\n'; wrong "$work/w.toml" '4:8: path: ' apply --rules "$work/w.toml" "$work/a"
wrong='[options]\nowners = "me"\n'; wrong "$work/config/normalize/rules.toml" '2:10: owners: expected keep or' apply "$work/a"
wrong='[options]\nplugin-path = "/tmp"\n'; wrong "$work/a/.normalize.toml" "2:15: plugin-path: is not for a tree" apply "$work/a"
wrong='[options]\njobs = 0\n'; wrong "$work/w.toml" '2:8: jobs: expected a number' pack "$work/a" -o "$work/p.tar" --rules "$work/w.toml"
[ ! -e "$work/p.tar" ] || fail "a package was written"

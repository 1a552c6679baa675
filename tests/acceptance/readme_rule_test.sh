#!/bin/bash
# The rule that the README shows, over pages of the generator that it invents: as it stands there it
# is a rule file, has under ten lines, and does what it says; and so long is the plugin shown.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=${NORMALIZE_PROGRAM:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
export XDG_CONFIG_HOME=$work
unset SOURCE_DATE_EPOCH

sed -n '/^## Rules$/,/^## /s/^    //p' "$here/../../README.md" >"$work/rule.toml"
grep -q '^name = "widgetdoc"' "$work/rule.toml" || fail "the README shows no rule"
[ "$(grep -c . "$work/rule.toml")" -lt 10 ] || fail "the rule has ten lines or more"
plugin=$(sed -n "/^## Plugins$/,/^## Promises/s/^    '.*/x/p" "$here/../../README.md" | wc -l)
[ "$plugin" -gt 3 ] && [ "$plugin" -lt 10 ] || fail "the plugin has $plugin lines"

mkdir "$work/tree"
page() { printf '<html><head>\n<meta name="generator" content="%s 1.0">\n</head>\n<p>Made on %s</p>\n' "$1" "$2"; }
page WidgetDoc '3 June 2024' >"$work/tree/a.html"
page WidgetDoc '9 July 2025' >"$work/tree/b.html"
page WidgetDoc '1 March 1999' >"$work/tree/old.html"
page Other '3 June 2024' >"$work/tree/other.html"
gzip -nk "$work/tree/b.html"
cp -a "$work/tree" "$work/before"
"$program" rules test --epoch 1000000000 "$work/rule.toml" "$work/tree/a.html" >"$work/out"
grep -q '^    +<p>Made on 9 September 2001</p>$' "$work/out" || fail "rules test does not show the change"
"$program" check --epoch 1000000000 --rules "$work/rule.toml" "$work/tree" >"$work/out" && fail "nothing was found"
grep -q 'stop it: widgetdoc --no-date' "$work/out" || fail "the reason is not told"
"$program" apply -q --epoch 1000000000 --rules "$work/rule.toml" "$work/tree"
for file in a.html b.html; do
  diff <(page WidgetDoc '9 September 2001') "$work/tree/$file" || fail "$file is not normal"
done
diff <(page WidgetDoc '9 September 2001') <(gzip -dc "$work/tree/b.html.gz") || fail "not within gzip"
for file in old.html other.html; do
  cmp "$work/before/$file" "$work/tree/$file" || fail "$file was touched"
done
"$program" check --epoch 1000000000 --rules "$work/rule.toml" "$work/tree" >/dev/null || fail "not idempotent"

#!/bin/bash
# The BSDs' and OpenWrt's creators, by doubles that take their command lines, and pairs of packages
# that the real ones have written in two places, where those are at hand: once wrapped, the same
# bytes, with lists that are true.
. "$(dirname "$0")/two_places.sh"
support=$(cd "$(dirname "$0")/../support/package" && pwd)

mkdir -p "$work"/bin/{openbsd,netbsd,freebsd}
for name in openbsd/pkg_create netbsd/pkg_create freebsd/pkg opkg-build; do
  printf '#!/bin/sh\nexec /usr/bin/python3 -B -c "import sys; sys.path.insert(0, %s); sys.argv[0] = %s; exec(compile(open(%s).read(), %s, %s))" "$@"\n' \
    "'$support'" "'$name'" "'$support/doubles.py'" "'doubles.py'" "'exec'" >"$work/bin/$name"
  chmod 755 "$work/bin/$name"
done
lists_hold() { # KIND PACKAGE
  /usr/bin/python3 -B "$support/check_lists.py" "$1" "$2" >"$work/list" || fail "$1: the lists are not true"
  grep -q page.1.gz "$work/list" || fail "$1: no page is listed"
}
fill() { # PLACE PREFIX
  make_stage "stage$2" "$1"
  (cd "stage$2" && find . ! -type d | sed 's|^\./||' | sort) >list
  echo tiny >desc && echo tiny >comment
}

fill_openbsd() { fill "$1" /usr/local; }
openbsd=(-A '*' -B stage -d desc -DCOMMENT=tiny -DFULLPKGPATH=misc/tiny -f list -p /usr/local)
same_package openbsd fill_openbsd tiny-1.2.tgz -- \
  "$work/bin/openbsd/pkg_create" "${openbsd[@]}" tiny-1.2.tgz
lists_hold openbsd "$package"
# What ports ask for most is passed through, and touches nothing.
new_project asks here
(cd "$project" && fill_openbsd here && find stage -printf '%p %T@ %i\n' >../before &&
  "$program" wrap -- "$work/bin/openbsd/pkg_create" -n -q -S "${openbsd[@]}" tiny-1.2.tgz >../said 2>../errors &&
  "$work/bin/openbsd/pkg_create" -n "${openbsd[@]}" tiny-1.2.tgz | cmp - ../said &&
  [ ! -s ../errors ] && find stage -printf '%p %T@ %i\n' | cmp - ../before && [ ! -e tiny-1.2.tgz ]) ||
  fail "openbsd: asking for a list did more"

fill_netbsd() { fill "$1" /usr/pkg; }
same_package netbsd fill_netbsd tiny-1.2.tgz -- "$work/bin/netbsd/pkg_create" -c comment -d desc \
  -f list -I /usr/pkg -p stage/usr/pkg tiny-1.2
lists_hold netbsd "$package"

fill_freebsd() {
  fill "$1" /usr/local
  sed -i 's|^|/usr/local/|' list
  echo '{"name":"tiny","version":"1.2","origin":"misc/tiny"}' >manifest
}
have zstd && same_package freebsd fill_freebsd tiny-1.2.pkg -- \
  "$work/bin/freebsd/pkg" create -M manifest -p list -r stage -o .
lists_hold freebsd "$package"

fill_opkg() {
  make_stage stage "$1"
  mkdir stage/CONTROL
  printf '%s\n' 'Package: tiny' 'Version: 1.2' 'Architecture: all' >stage/CONTROL/control
}
same_package opkg-build fill_opkg tiny_1.2_all.ipk -- "$work/bin/opkg-build" -o root -g root stage .
grep -q share/doc/page.1.gz <<<"$(ar p "$package" data.tar.gz | tar -tzf -)" || fail "opkg-build: no page"

# What the real ones have written.
pairs=${NORMALIZE_SHARED_FIXTURES:-$(dirname "$0")/../../../shared/fixtures}/packages
[ -d "$pairs" ] || { echo "left out: no pairs of packages"; exit 0; }
delivered() { # FOLDER SIDE OPTION...: a creator that "writes" the package of that side
  local from=$pairs/$1/$2 to=$work/delivered/$1/$2
  shift 2
  mkdir -p "$to"
  "$program" wrap -q --epoch 1500000000 "$@" --output "$to/*" -- cp -r "$from/." "$to" 2>"$work/errors" ||
    { cat "$work/errors" >&2; fail "$from: exit $?"; }
}
same_pair() { # FOLDER OPTION...
  local folder=$1
  shift
  ! diff -r "$pairs/$folder/a" "$pairs/$folder/b" >/dev/null || fail "$folder: the same as it is"
  delivered "$folder" a "$@"
  delivered "$folder" b "$@"
  diff -r "$work/delivered/$folder/a" "$work/delivered/$folder/b" || fail "$folder: the packages differ"
}
for creator in openbsd-pkg_create netbsd-pkg_create freebsd-pkg opkg-build apk-v2-abuild; do
  options=()
  [ $creator != apk-v2-abuild ] || options=(--strip-signature)
  for kind in flat nested nohistory; do
    [ ! -d "$pairs/$creator/$kind" ] || same_pair "$creator/$kind" "${options[@]}"
  done
done
same_pair openbsd-pkg_create/signed --strip-signature
for folder in apk-v2-abuild/flat openbsd-pkg_create/signed; do
  status=0
  "$program" wrap -q --epoch 1500000000 --output "$work/signed" -- \
    cp "$pairs/$folder"/a/* "$work/signed" 2>"$work/errors" || status=$?
  [ $status = 69 ] && cmp "$work/signed" "$pairs/$folder"/a/* || fail "$folder: exit $status: $(cat "$work/errors")"
  rm -f "$work/signed"
done
# A package of apk 3 has sums that we do not know: it is left, and that is said.
"$program" wrap --epoch 1500000000 --output "$work/sealed" -- \
  cp "$pairs"/apk-v3-mkpkg/flat/a/* "$work/sealed" 2>"$work/errors" || fail "apk 3: exit $?"
cmp "$work/sealed" "$pairs"/apk-v3-mkpkg/flat/a/* && grep -q 'left as it was' "$work/errors" || fail "apk 3: $(cat "$work/errors")"

# abuild tells by its configuration, or by -P, where its packages go.
cat >"$work/bin/abuild" <<DOUBLE
#!/bin/sh
mkdir -p "\${REPODEST:=\$2}/main/x86_64" && cp "$pairs"/apk-v2-abuild/flat/a/* "\$REPODEST/main/x86_64/"
DOUBLE
chmod 755 "$work/bin/abuild"
"$program" wrap -q --epoch 1500000000 --strip-signature -- "$work/bin/abuild" -P "$work/repo" rootpkg ||
  fail "abuild -P: exit $?"
REPODEST=$work/other "$program" wrap --epoch 1500000000 --strip-signature -- "$work/bin/abuild" 2>"$work/errors" ||
  fail "abuild: exit $?"
grep -q 'abuild index' "$work/errors" || fail "abuild: nothing is said of the index"
for repository in repo other; do
  cmp "$work/$repository"/main/x86_64/*.apk "$work"/delivered/apk-v2-abuild/flat/a/*.apk || fail "abuild: $repository"
done
echo "pairs of the real creators: the same"

#!/bin/bash
# Packages of this program, made by cpack in two places: by other users on other days in other zones,
# with another umask, in folders of other names. The .deb, the .rpm and the tarball are the same bytes,
# tell the same files, and are normal. So is what the compiler makes of the sources in other folders.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/two_places.sh"
have cpack || exit 0
build=$(dirname "$program") top=$here/../..
generators=TGZ
if have dpkg-deb && have dpkg-shlibdeps; then generators+=';DEB'; fi
if have rpmbuild; then generators+=';RPM'; fi

# The largest files take longer to pack than all others together, and are packed no other way.
(umask 022 && DESTDIR=$work/stage-of-here cmake --install "$build" --prefix /usr >"$work/log") || { cat "$work/log" >&2; fail "install"; }
find "$work/stage-of-here" -name '*.a' -exec rm {} +
if [ -e "$work/stage-of-here/usr/bin/normalize-python" ]; then rm "$work/stage-of-here/usr/bin/normalize"; fi
find "$work/stage-of-here/usr/bin" -name 'normalize*' -exec strip {} +
mkdir -m 777 "$work/stage-of-there"
at there cp -r "$work/stage-of-here/usr" "$work/stage-of-there/"
# rpm clamps what is newer than the release and leaves what is older: nobody builds before it.
find "$work/stage-of-here" -exec touch -h -d 2100-01-02 {} +
find "$work/stage-of-there" -exec touch -h -d 2100-06-07 {} +
pack() { # here|there
  local stage=$work/stage-of-$1 out=$work/packages-from-$1
  mkdir -m 777 "$out"
  (cd "$out" && at "$1" cpack --config "$build/CPackConfig.cmake" -G "$generators" -B "$out" -D CPACK_INSTALL_CMAKE_PROJECTS= \
    -D "CPACK_INSTALLED_DIRECTORIES=$stage/usr;/usr" >"$work/log" 2>&1) || { cat "$work/log" >&2; fail "cpack in place $1"; }
}
pack here
pack there
(cd "$work/packages-from-here" && sha256sum normalize*.*) >"$work/sums"
[ "$(wc -l <"$work/sums")" = "$(tr ';' '\n' <<<"$generators" | wc -l)" ] || { cat "$work/sums" >&2; fail "packages are missing"; }
(cd "$work/packages-from-there" && sha256sum --check --quiet "$work/sums") || fail "the packages differ"
cd "$work/packages-from-here"
touch -d @0 normalize*.*
SOURCE_DATE_EPOCH=1795305600 "$program" check normalize*.* >"$work/log" || { cat "$work/log" >&2; fail "a package is not normal"; }

# Their own tools find in them what was installed, owned by root.
(cd "$work/stage-of-here" && find usr ! -type d | sort) >"$work/files"
tar -tzf normalize-*.tar.gz | grep -v '/$' | sed 's,^[^/]*/,,' | sort | diff "$work/files" - || fail "the tarball's files"
if compgen -G "normalize_*.deb" >/dev/null; then
  dpkg-deb -c normalize_*.deb | grep -v '^d' | tee "$work/owners" | awk '{ print $6 }' | sed 's,^\./,,' | sort | diff "$work/files" - || fail "the .deb's files"
  if grep -v ' root/root ' "$work/owners"; then fail "the .deb names an owner"; fi
  grep -q libc6 <<<"$(dpkg-deb -f normalize_*.deb Depends)" || fail "the .deb has no dependencies"
fi
if compgen -G "normalize-*.rpm" >/dev/null; then
  rpm -qp --nosignature --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' normalize-*.rpm | grep -v '^d' | sed 's,^[^ ]* /,,' | sort |
    diff "$work/files" - || fail "the .rpm's files"
  rpm -K --nosignature normalize-*.rpm >/dev/null || fail "the .rpm's digests"
fi

# Two folders of sources give one object, and the same texts that are compiled in.
for place in one another/deeper; do
  mkdir -p "$work/$place"
  (cd "$top" && cp -r CMakeLists.txt LICENSE normalizers rules driver "$work/$place" && mkdir "$work/$place/tests" && cp -r tests/bench tests/normalizers "$work/$place/tests")
  cmake -S "$work/$place" -B "$work/$place/out" -G Ninja -DCMAKE_BUILD_TYPE=Release -DNORMALIZE_TESTS=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >"$work/log" 2>&1 &&
    ninja -C "$work/$place/out" CMakeFiles/normalize_core.dir/rules/owners.cpp.o >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "a build in $place"; }
done
for made in CMakeFiles/normalize_core.dir/rules/owners.cpp.o builtin_rules.cpp driver/report/html/page.cpp; do
  cmp "$work/one/out/$made" "$work/another/deeper/out/$made" || fail "$made tells where it was made"
done
if strings -a "$work/one/out/CMakeFiles/normalize_core.dir/rules/owners.cpp.o" | grep -F "$work"; then fail "an object names its folder"; fi

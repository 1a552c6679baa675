#!/bin/bash
# The hooks of build systems in real builds, on two days: CMake and CPack, Meson, GNU and BSD make. What
# is staged and packed comes out as the same bytes, which it does not without the hook.
. "$(dirname "$0")/hooks.sh"

# CMake: DESTDIR, a prefix that others use too, and CPack.
cmake_project() { # DIR HOOK
  cat >"$1/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.13)
project(noise VERSION 1.0 LANGUAGES NONE)
$2
add_subdirectory(sub)
install(FILES data.gz DESTINATION share/noise)
set(CPACK_GENERATOR TGZ)
include(CPack)
CMAKE
  mkdir "$1/sub"
  echo 'install(FILES ../other.gz DESTINATION share/noise)' >"$1/sub/CMakeLists.txt"
}
cmake_build() { # NAME DAY HOOK
  made "$work/src/$1" "$2"
  cmake_project "$work/src/$1" "$3"
  quietly cmake -S "$work/src/$1" -B "$work/build/$1" -DCMAKE_INSTALL_PREFIX=/usr
  mkdir -p "$work/cmake/$1"
  DESTDIR=$work/cmake/$1/stage quietly cmake --install "$work/build/$1"
  (cd "$work/build/$1" && quietly cpack -B "$work/packed/$1")
  mv "$work/packed/$1"/*.tar.gz "$work/cmake/$1/" && touch -d @0 "$work/cmake/$1"/*.tar.gz
  rm -rf "$work/packed"
}
for day in monday tuesday; do
  cmake_build "$day" "${!day}" "include($hooks/cmake/Normalize.cmake)"
  cmake_build "without-$day" "${!day}" ''
done
compare cmake
[ "$(find "$work/cmake/monday/stage" -name '*.gz' | wc -l)" = 2 ] || fail "cmake: files are missing"
mkdir "$work/prefix"
cp "$work/src/monday/data.gz" "$work/prefix/of-somebody-else.gz"
quietly cmake --install "$work/build/monday" --prefix "$work/prefix"
cmp "$work/prefix/share/noise/data.gz" "$work/cmake/monday/stage/usr/share/noise/data.gz" || fail "cmake: nothing done without DESTDIR"
cmp "$work/prefix/of-somebody-else.gz" "$work/src/monday/data.gz" || fail "cmake: a file that was not installed was touched"

# Meson.
meson_build() { # NAME DAY HOOK
  made "$work/meson-src/$1" "$2"
  cat >"$work/meson-src/$1/meson.build" <<MESON
project('noise')
install_data('data.gz', 'other.gz', install_dir: 'share/noise')
$3
MESON
  quietly meson setup "$work/meson-build/$1" "$work/meson-src/$1" --prefix=/usr
  DESTDIR=$work/meson/$1 quietly meson install -C "$work/meson-build/$1" --no-rebuild
}
if have meson; then
  mkdir "$work/meson"
  for day in monday tuesday; do
    meson_build "$day" "${!day}" "meson.add_install_script('$hooks/meson/install')"
    meson_build "without-$day" "${!day}" ''
  done
  compare meson
fi

# make, of both families.
make_build() { # MAKE NAME DAY TARGET
  made "$work/make-src/$1/$2" "$3"
  cat >"$work/make-src/$1/$2/Makefile" <<MAKEFILE
all:
install:
	mkdir -p \$(DESTDIR)/usr/share/noise
	cp -p data.gz other.gz \$(DESTDIR)/usr/share/noise
include $hooks/make/normalize.mk
MAKEFILE
  (cd "$work/make-src/$1/$2" && quietly "$1" "$4" DESTDIR="$work/$1/$2")
}
for make in make bmake; do
  have "$make" || continue
  mkdir "$work/$make"
  for day in monday tuesday; do
    make_build "$make" "$day" "${!day}" install-normalized
    make_build "$make" "without-$day" "${!day}" install
  done
  compare "$make"
done

# What driver/run, tests/run and .ci/run share; read with `.` by a POSIX shell that has set `top` to
# the folder this project stands in.

# The Debian packages we need, by purpose.
build_packages='cmake g++ libarchive-dev libbz2-dev libcli11-dev libdeflate-dev liblz4-dev
  liblzma-dev libre2-dev libssl-dev libtomlplusplus-dev libzstd-dev nettle-dev ninja-build
  pkg-config python3-dev zlib1g-dev'
test_packages='acl attr bindfs binutils binutils-mingw-w64-x86-64 bmake bsdutils busybox bzip2
  chromium chromium-driver cpio debhelper default-jdk-headless diffoscope-minimal disorderfs
  doctest-dev dpkg-dev e2fsprogs erofs-utils exfat-fuse exfatprogs fakeroot faketime fish
  genisoimage gettext ghostscript git gzip libarchive-tools libcap2-bin libimage-exiftool-perl
  librsvg2-bin libxml2-utils lz4 makepkg man-db mandoc mergerfs meson mount mtree-netbsd mupdf-tools
  ncompress nodejs p7zip-full pacman-package-manager patch php-cli pigz pngcheck poppler-utils
  python3 python3-build python3-fonttools python3-jsonschema python3-pip python3-setuptools
  python3-wheel qpdf rpm rpm2cpio rsync ruby squashfs-tools strip-nondeterminism u-boot-tools unzip
  util-linux xorriso xz-utils zip zstd'
check_packages='clang-format'

fail() {
  echo "normalize: error: $*" >&2
  exit 2
}

# Runs a command in silence; tells what it said if it fails.
quietly() {
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "failed: $*"
  fi
  rm -f "$log"
}

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# PACKAGE...: installs those that are not there. One look at dpkg's list, and no call of apt, where
# all are; where there is no dpkg the packages are the user's to install.
need_packages() {
  command -v dpkg-query >/dev/null || return 0
  [ "$(dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null | grep -cx installed)" -lt $# ] ||
    return 0
  missing=
  for package in "$@"; do installed "$package" || missing="$missing $package"; done
  [ -n "$missing" ] || return 0
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "missing, and neither root nor sudo to install it:$missing"
    as_root=sudo
  fi
  echo "normalize: installing$missing" >&2
  apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"
  quietly $apt update
  quietly $apt install -y --no-install-recommends $missing
}

# PRESET: configures what has not been configured, builds what has changed.
build() (
  folder=$top/.build/$1
  mkdir -p "$folder"
  exec 9>"$folder/.lock"
  flock 9  # hooks of a parallel build may all start us at once
  if ! [ "$folder/.configured" -nt "$top/CMakePresets.json" ]; then
    echo "normalize: building the $1 preset" >&2
    cd "$top"
    quietly cmake --fresh --preset "$1"
    touch "$folder/.configured"
  fi
  quietly cmake --build "$folder"
)

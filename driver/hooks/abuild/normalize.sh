# abuild: the last line of package() in an APKBUILD,
#
#   . /usr/share/normalize/abuild/normalize.sh
#
# normalizes $pkgdir, from which subpackages are split off later.
# NORMALIZE_OPTIONS: more options of `normalize apply`. The epoch is SOURCE_DATE_EPOCH, which abuild
# sets.

# shellcheck disable=SC2086,SC2154
normalize apply --quiet ${NORMALIZE_OPTIONS:-} -- "$pkgdir/"

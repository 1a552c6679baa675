# A step of makepkg's own: linked into /usr/share/makepkg/tidy/ it normalizes $pkgdir behind all other
# steps, in a package or makepkg.conf that says
#
#   OPTIONS+=(normalize)
#
# `package()` may as well end in: normalize apply "$pkgdir"
# NORMALIZE_OPTIONS: more options of `normalize apply`. The epoch is SOURCE_DATE_EPOCH, which makepkg
# sets.

packaging_options+=('normalize')
tidy_modify+=('tidy_normalize')

tidy_normalize() {
	if check_option "normalize" "y"; then
		msg2 "Normalizing files..."
		# shellcheck disable=SC2086
		normalize apply --quiet $NORMALIZE_OPTIONS -- "$pkgdir/" || exit 1
	fi
}

# Yocto: in a recipe or, as INHERIT += "normalize", in local.conf:
#
#   inherit normalize
#
# Normalizes ${D} when do_install is done. The epoch is SOURCE_DATE_EPOCH, which the build sets.
# NORMALIZE_OPTIONS: more options of `normalize apply`.
DEPENDS:append:class-target = " normalize-native"
NORMALIZE_OPTIONS ?= ""

normalize_destination() {
	normalize apply --quiet ${NORMALIZE_OPTIONS} -- ${D}/
}

do_install[postfuncs] += "${@'normalize_destination' if d.getVar('CLASSOVERRIDE') == 'class-target' else ''}"

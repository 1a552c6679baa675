# FreeBSD ports, in /etc/make.conf:
#
#   .include "/usr/local/share/normalize/ports/freebsd.mk"
#
# The staging folder is normalized as the last of the steps of USES, before pkg(8) takes the sums of
# its files.
# NORMALIZE_CMD, NORMALIZE_OPTIONS: the program, more options of `normalize apply`.
NORMALIZE_CMD ?= /usr/local/bin/normalize
_USES_stage += 995:normalize-stage

normalize-stage:
	@${NORMALIZE_CMD} apply ${NORMALIZE_OPTIONS} -- ${STAGEDIR}/

.PHONY: normalize-stage

# pkgsrc, in mk.conf:
#
#   .include "/usr/pkg/share/normalize/ports/pkgsrc.mk"
#
# pkg_create(1) gets a staged tree that is normal, and what it writes is made normal.
NORMALIZE_PKG_CREATE ?= /usr/pkg/sbin/pkg_create
PKG_CREATE_CMD ?= /usr/pkg/bin/normalize wrap -- ${NORMALIZE_PKG_CREATE}

# OpenBSD ports, in /etc/mk.conf:
#
#   .include "/usr/local/share/normalize/ports/openbsd.mk"
#
# pkg_create(1) gets a staged tree that is normal, and what it writes is made normal before its
# checksum is taken. _PBUILD has to be able to start normalize.
PKG_CREATE ?= /usr/local/bin/normalize wrap -- /usr/sbin/pkg_create

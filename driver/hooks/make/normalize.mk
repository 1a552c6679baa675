# For GNU and BSD make: normalizes what `make install DESTDIR=...` has put below $(DESTDIR).
#
#   include /usr/share/normalize/make/normalize.mk
#
# gives a target that installs and then normalizes,
#
#   make install-normalized DESTDIR=/tmp/stage
#
# and a command, $(NORMALIZE_STAGE), for the end of a recipe of one's own. Without DESTDIR the command
# does nothing: the prefix may hold what others have put there. The epoch is SOURCE_DATE_EPOCH.
# NORMALIZE, NORMALIZE_OPTIONS: the program, more options of `normalize apply`.
NORMALIZE ?= normalize
NORMALIZE_STAGE = test -z "$(DESTDIR)" || $(NORMALIZE) apply $(NORMALIZE_OPTIONS) -- "$(DESTDIR)/"

install-normalized: install
	@$(NORMALIZE_STAGE)

.PHONY: install-normalized

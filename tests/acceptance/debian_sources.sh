# What the tests of debhelper's helpers share; read by bash.

# The sources of two Debian packages, but for debian/rules.
debian_sources() { # DIR
  mkdir -p "$1/debian/source"
  cat >"$1/debian/control" <<'CONTROL'
Source: noise
Section: misc
Priority: optional
Maintainer: Nobody <nobody@example.org>
Build-Depends: debhelper-compat (= 13)
Standards-Version: 4.6.2
Rules-Requires-Root: no

Package: noise
Architecture: all
Depends: ${misc:Depends}
Description: noise

Package: noise-doc
Architecture: all
Depends: ${misc:Depends}
Description: noise in another folder
CONTROL
  cat >"$1/debian/changelog" <<'CHANGELOG'
noise (1.0) unstable; urgency=medium

  * Noise.

 -- Nobody <nobody@example.org>  Tue, 02 Jan 2024 03:04:05 +0000
CHANGELOG
  echo '3.0 (native)' >"$1/debian/source/format"
}

#!/bin/bash
# Sources and wheels of a Python project, built in two places, are the same bytes once the programs
# that build them are wrapped, and pip installs them.
. "$(dirname "$0")/two_places.sh"
python=/usr/bin/python3

fill_python() {
  make_stage stage "$1"
  mkdir tiny && echo 'x = 1' >tiny/__init__.py && cp stage/share/doc/page.1.gz tiny/
  cat >pyproject.toml <<'TOML'
[build-system]
requires = ["setuptools", "wheel"]
build-backend = "setuptools.build_meta"
[project]
name = "tiny"
version = "1.2"
[tool.setuptools]
packages = ["tiny"]
[tool.setuptools.package-data]
tiny = ["*.gz"]
TOML
}
installs() { # WHEEL
  $python -m pip install --quiet --no-deps --no-index --no-compile --target "$work/site-$RANDOM" "$1" \
    >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "pip does not install $1"; }
}
if $python -c 'import build, setuptools, wheel' 2>/dev/null; then
  same_anyway=1 same_package python-build fill_python 'dist/*' -- $python -m build --no-isolation
  installs "$(grep whl <<<"$package")"
  grep -q tiny-1.2/tiny/page.1.gz <<<"$(tar -tzf "$(grep tar.gz <<<"$package")")" || fail "sdist: no page"
else echo "left out: no build, setuptools or wheel for $python"; fi
if $python -c 'import setuptools, wheel, pip' 2>/dev/null; then
  same_anyway=1 same_package pip-wheel fill_python 'out/*.whl' -- \
    $python -m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir out .
  installs "$package"
else echo "left out: no pip, setuptools or wheel for $python"; fi

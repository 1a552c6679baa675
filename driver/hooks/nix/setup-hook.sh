# nixpkgs: the setup hook of a package of normalize, in its $out/nix-support/setup-hook. A derivation
# then says
#
#   nativeBuildInputs = [ normalize ];
#
# Each output is normalized at the end of its fixup phase, unless dontNormalize is set. A store keeps no
# times of its own; those in files follow SOURCE_DATE_EPOCH.
# normalizeFlags: more options of `normalize apply`.

_normalizeOutput() {
  if [ -z "${dontNormalize:-}" ] && [ -e "$prefix" ]; then
    # shellcheck disable=SC2086
    normalize apply --quiet ${normalizeFlags:-} -- "$prefix"
  fi
}

fixupOutputHooks+=(_normalizeOutput)

#!/bin/bash
# What the tools of programming languages pack, in two places, is the same bytes once these tools
# are wrapped, and they install it.
. "$(dirname "$0")/two_places.sh"

if have gem; then
  fill_gem() {
    make_stage stage "$1"
    mkdir lib && cp stage/share/doc/page.1.gz lib/ && echo 'X = 1' >lib/tiny.rb
    cat >tiny.gemspec <<'SPEC'
Gem::Specification.new do |s|
  s.name = 'tiny'; s.version = '1.2'; s.summary = 'tiny'; s.authors = ['Nobody']
  s.homepage = 'https://example.org'; s.license = 'MIT'
  s.files = Dir['lib/*']
end
SPEC
  }
  same_package gem fill_gem 'tiny-1.2.gem' -- gem build -q tiny.gemspec
  gem install --local --quiet --no-document --ignore-dependencies --install-dir "$work/gems" \
    "$package" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "gem does not install it"; }
  [ -s "$work/gems/gems/tiny-1.2/lib/page.1.gz" ] || fail "gem: a file is missing"
fi

if have npm; then
  fill_npm() {
    make_stage stage "$1"
    mkdir lib && cp stage/share/doc/page.1.gz lib/ && echo 'x = 1' >index.js
    echo '{"name":"tiny","version":"1.2.0","license":"MIT","files":["lib","index.js"]}' >package.json
  }
  same_package npm fill_npm 'tiny-1.2.0.tgz' -- npm pack --silent --offline
  grep -q package/lib/page.1.gz <<<"$(tar -tzf "$package")" || fail "npm: no page"
fi

if have cargo && cargo --version >/dev/null 2>&1; then
  # What rustup has installed is its user's alone.
  export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} CARGO_HOME=$work/cargo
  fill_cargo() {
    mkdir src && echo 'pub fn x() {}' >src/lib.rs
    make_stage stage "$1" && cp stage/share/doc/page.1.gz src/ && rm -r stage
    printf '%s\n' '[package]' 'name = "tiny"' 'version = "1.2.0"' 'edition = "2021"' \
      'license = "MIT"' 'description = "tiny"' >Cargo.toml
  }
  one_user=1 same_package cargo fill_cargo 'target/package/*.crate' -- \
    cargo package --quiet --offline --no-verify --allow-dirty
  grep -q tiny-1.2.0/src/page.1.gz <<<"$(tar -tzf "$package")" || fail "cargo: no page"
fi

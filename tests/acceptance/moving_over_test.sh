#!/bin/bash
# Holds the README's tables for people who move over to what the program takes: every option that a
# row offers stands in --help and is accepted, every option of another program that a row lists is
# taken by its stand-in, and no pass of stabilize is without a row.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
echo text | gzip >"$work/tree/a.gz"
ln -s "${NORMALIZE_PROGRAM:?}" "$work/normalize"
cd "$work"
export RPM_BUILD_ROOT=$work/tree SOURCE_DATE_EPOCH=1
PATH=$work:$PATH exec /usr/bin/python3 - "$here/../../README.md" <<'PYTHON'
import re, shlex, subprocess, sys

TREE = 'tree/a.gz'
PLACEHOLDERS = {'SECONDS': '1', 'N': '1', 'TYPE': 'gzip', 'LIST': 'gzip', 'GLOB': 'x', 'HOW': 'skip'}
PASSES = '''cargo-vcs-hash gem-exclude-checksums gem-exclude-signatures gem-inner-archives gem-metadata-cert-chain
gem-metadata-date gem-metadata-rubygems-version gem-metadata-yaml-normalize gzip-compression gzip-misc gzip-name
gzip-time jar-attribute-value-order jar-build-metadata jar-git-properties jar-maven-pom-properties tar-device-number
tar-file-mode tar-file-order tar-owners tar-time tar-xattrs wheel-record zip-compression zip-data-descriptor
zip-file-encoding zip-file-mode zip-file-order zip-misc zip-modified-time'''.split()

failed = []
def expect(condition, what):
    if not condition: failed.append(what)

def run(command):
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
    return ran.returncode, ran.stdout

readme = open(sys.argv[1], encoding='utf-8').read()
def rows(head):
    table = re.search(rf'^\| {re.escape(head)} \| \w+ \|\n\| --- \| --- \|\n((?:\|.*\n)+)', readme, re.M)
    assert table, f'the README has no table of {head}'
    return [[cell.strip() for cell in line.strip('|').split(' | ')] for line in table[1].splitlines()]

def code(cell): return re.findall(r'`([^`]+)`', cell)

def options(cell):
    """Its options, a short one with the value that the long one behind it shows: `-t`, `--type TYPE`."""
    spans = code(cell)
    for i, span in enumerate(spans):
        value = re.match(r'--\S+ (\S+)$', spans[i + 1]) if i + 1 < len(spans) else None
        yield f'{span} {value[1]}' if value and re.match(r'-\w$', span) else span

def filled(words):
    """The words of a command with values in the place of what the README only names."""
    text = words.replace('±all', '+all').replace('[N]', '1').replace('+a,-b', '+gzip,-zip')
    return [re.sub(r'(?<![a-z])(' + '|'.join(map(re.escape, PLACEHOLDERS)) + r')\b', lambda m: PLACEHOLDERS[m[1]], word)
            for word in shlex.split(text)]

help_of = {command: run(['normalize', command, '--help'])[1] for command in ('apply', 'check', 'explain', 'list')}
help_of['normalize'] = run(['normalize', '--help'])[1]

def check_ours(span, theirs):
    """One that begins with an option is given to apply, and others are commands."""
    words = filled(span)
    if words[0] == 'normalize': words = words[1:]
    if words[0].startswith('-'): words = ['apply'] + words
    if words[0] not in ('apply', 'check', 'explain', 'list', 'compat') or words[1:] == ['-gzip'] or theirs: return
    if words[0] != 'compat':
        for option in re.findall(r'(?<=\s)--[a-z-]+', ' '.join(words)):
            if option not in ('--version', '--help'):
                expect(option in help_of[words[0]], f'{option} is not in normalize {words[0]} --help')
    if words[1:] == ['--version']: words = ['--version']
    status, said = run(['normalize'] + words + ([] if words[0] in ('list', '--version') else [TREE]))
    expect(status in ((0, 1) if words[0] == 'check' else (0,)), f'{words}: exit {status}: {said}')

def check_theirs(program, span):
    words = filled(span)
    if words[0] == 'linkdupes': program, words = 'linkdupes', words[1:]
    if words == ['-gzip']: words = ['--handler=-gzip']
    if not words or not words[0].startswith('-'): return
    status, said = run(['normalize', 'compat', program] + words + [TREE])
    expect(status in (0, 1), f'compat {program} {words}: exit {status}: {said}')

for head, program in (('strip-nondeterminism', 'strip-nondeterminism'), ('add-det, linkdupes', 'add-det')):
    for their_cell, our_cell in rows(head):
        for span in code(our_cell): check_ours(span, '--handler' in span)
        if not our_cell.startswith('none: what differs'):
            first = code(their_cell)[0]
            for span in options(their_cell):
                check_theirs('linkdupes' if first.startswith('linkdupes') else program, span)

named = set()
for passes, here in rows('passes'):
    prefix = ''
    for name in passes.split(', '):
        if not name.startswith('-'): prefix = name
        else: name = next(full for full in
                          (prefix.rsplit('-', i)[0] + name for i in range(1, 5)) if full in PASSES)
        expect(name in PASSES, f'stabilize has no pass {name}')
        named.add(name)
    for span in code(here):
        if span.startswith('--'): check_ours(span, False)
for name in PASSES: expect(name in named, f'the README has no row for {name}')
prose = re.search(r"as oss-rebuild's `stabilize` does, use `([^`]+)`", readme)
check_ours(prose[1], False)

for what in failed: print(what)
sys.exit(1 if failed else 0)
PYTHON

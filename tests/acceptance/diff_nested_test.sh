#!/bin/bash
# Random archives in archives, made twice with other noise, and one bit of one file in the innermost
# changed: `diff` names that file, and nothing else. NORMALIZE_SOAK=N tries N times as many.
set -euo pipefail
program=${NORMALIZE_PROGRAM:?}
for tool in zstd lz4; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 0; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir a b
/usr/bin/python3 - "$program" "$((100 * ${NORMALIZE_SOAK:-1}))" <<'PYTHON'
import bz2, gzip, io, json, lzma, random, subprocess, sys, tarfile, zipfile

program, count = sys.argv[1], int(sys.argv[2])
rnd = random.Random(count)
TIMES = 1700000000, 1755555555  # of side 0 and side 1


def content():
    size = rnd.choice([1, 5, 100, 3000])
    return rnd.choice([
        lambda: rnd.randbytes(size),
        lambda: bytes(20 * size),
        lambda: ''.join(f'line {rnd.randrange(1000)}\n' for _ in range(size)).encode(),
    ])()


def tar(files, side, form):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=form) as archive:
        for name, data in sorted(files.items(), reverse=bool(side)):
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), TIMES[side], 0o664 if side else 0o644
            info.uid, info.uname = 1000 + side, f'user{side}'
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(files, side, method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        for name, data in sorted(files.items(), reverse=bool(side)):
            info = zipfile.ZipInfo(name, (2023 + side, 1, 2, 3, 4, 6))
            info.compress_type, info.external_attr = method, 0o100644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def ar(files, side, _):
    out = b'!<arch>\n'
    for name, data in files.items():
        out += b'%-16s%-12d%-6d%-6d%-8o%-10d`\n' % (name.encode() + b'/', TIMES[side], side, side, 0o100644, len(data))
        out += data + b'\n' * (len(data) % 2)
    return out


def cpio(files, side, _):
    def padded(data):
        return data + bytes(-len(data) % 4)

    def member(name, data, inode, mode):
        fields = inode, mode, side, side, 1, TIMES[side] if mode else 0, len(data), 0, 0, 0, 0, len(name) + 1, 0
        head = b'070701' + b''.join(b'%08X' % field for field in fields) + name + b'\0'
        return padded(head) + padded(data)
    inodes = range(1 + 100 * side, 1000)
    return b''.join(member(name.encode(), data, inode, 0o100644)
                    for inode, (name, data) in zip(inodes, files.items())) + member(b'TRAILER!!!', b'', 0, 0)


def by_tool(tool, data, level):
    return subprocess.run([tool, '-q', '-c', f'-{level}'], input=data, stdout=subprocess.PIPE, check=True).stdout


def gz(data, side):
    out = io.BytesIO()
    with gzip.GzipFile(f'name{side}', 'wb', 6 + 3 * side, out, TIMES[side]) as file:
        file.write(data)
    return out.getvalue()


PACKERS = {
    'gz': gz,
    'xz': lambda data, side: lzma.compress(data, preset=3 + 3 * side),
    'bz2': lambda data, side: bz2.compress(data, 5 + 4 * side),
    'zst': lambda data, side: by_tool('zstd', data, 3 + 16 * side),
    'lz4': lambda data, side: by_tool('lz4', data, 1 + 8 * side),
    'lzma': lambda data, side: lzma.compress(data, format=lzma.FORMAT_ALONE, preset=3 + 3 * side),
}
ARCHIVERS = {
    'tar': (tar, [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    'zip': (zipped, [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    'ar': (ar, [None]),
    'cpio': (cpio, [None]),
}


def flipped(data):
    changed = bytearray(data)
    changed[rnd.randrange(len(data))] ^= 1 << rnd.randrange(8)
    return bytes(changed)


def nested_pair():
    """Both sides' bytes, and the name of the file and of all that it is in, from the outside."""
    first = content()
    pair, names = [first, flipped(first)], ['file']
    for _ in range(rnd.randrange(1, 5)):
        packs = rnd.randrange(2) and len(names[0]) < 9
        if packs:
            suffix = rnd.choice(list(PACKERS))
            pair = [PACKERS[suffix](data, side) for side, data in enumerate(pair)]
            names.insert(0, f'{names[0]}.{suffix}')
            continue
        kind = rnd.choice(list(ARCHIVERS))
        archiver, forms = ARCHIVERS[kind]
        form = rnd.choice(forms)
        others = {f'other{i}': content() for i in range(rnd.randrange(4))}
        pair = [archiver({**others, names[0]: data}, side, form) for side, data in enumerate(pair)]
        names.insert(0, f'in.{kind}')
    return pair, names


for number in range(count):
    pair, names = nested_pair()
    for side, data in zip('ab', pair):
        with open(f'{side}/{names[0]}', 'wb') as file:
            file.write(data)
    run = subprocess.run([program, 'diff', '--format=jsonl', f'a/{names[0]}', f'b/{names[0]}'],
                         stdout=subprocess.PIPE, check=False)
    nodes = [json.loads(line) for line in run.stdout.splitlines()]
    different = [node['path'] for node in nodes if node['type'] == 'diff' and node['verdict'] != 'equal once normalized']
    expected = ['!'.join(names[:i + 1]) for i in range(len(names))]
    assert run.returncode == 1 and different == expected, (number, expected, nodes)
print(f'{count} pairs')
PYTHON

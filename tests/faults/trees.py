"""The small tree that faults are tried on, and what is to be seen of a tree afterwards."""

import gzip
import importlib.util
import io
import marshal
import os
import stat
import tarfile
import zipfile

EPOCH = 1_000_000_000
LATER = 1_600_000_000
LEFTOVER = '.normalize-0123456789abcdef.tmp'


def packed(text, name='noise', mtime=LATER):
    out = io.BytesIO()
    with gzip.GzipFile(name, 'wb', 6, out, mtime) as stream:
        stream.write(text)
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2020, 2, 3, 4, 5, 6)), data)
    return out.getvalue()


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.uname = len(data), LATER, 'somebody'
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def compiled(source, path):
    header = importlib.util.MAGIC_NUMBER + bytes(4) + LATER.to_bytes(4, 'little')
    code = compile(source, path, 'exec')
    return header + len(source).to_bytes(4, 'little') + marshal.dumps(code)


def set_attribute(path, value):
    try:
        os.setxattr(path, 'user.origin', value)
    except OSError:
        pass  # the file system keeps none


FILES = {
    'a.gz': packed(b'text' * 500),
    'plain.txt': b'nobody knows what this is\n',
    'sub/b.zip': zipped([('z', b'z' * 300), ('deep.gz', packed(b'deep')), ('a', b'1')]),
    'sub/c.tar.gz': packed(tarred([('y', b'y' * 3000), ('x', b'x')])),
    'sub/m.py': b'X = 1\n',
    'sub/__pycache__/m.pyc': compiled(b'X = 1\n', 'm.py'),
    'twin.gz': packed(b'twins'),
    'sub/twin.gz': packed(b'twins', 'other name', LATER + 1),
    'sub/damaged.gz': packed(b'cut short')[:-3],
}


def build(root, owner=None):
    os.makedirs(root + '/sub/__pycache__')
    for name, data in FILES.items():
        with open(f'{root}/{name}', 'wb') as out:
            out.write(data)
    os.chmod(root + '/a.gz', 0o640)
    os.chmod(root + '/sub/b.zip', 0o4755)
    set_attribute(root + '/a.gz', b'somewhere')
    if os.geteuid() == 0 and not owner:
        os.chown(root + '/sub/c.tar.gz', 12, 34)
    os.link(root + '/a.gz', root + '/sub/link.gz')
    os.symlink('a.gz', root + '/symlink')
    with open(f'{root}/sub/{LEFTOVER}', 'wb') as out:
        out.write(b'of a run that was killed')
    for name in [*FILES, f'sub/{LEFTOVER}', 'symlink', 'sub/__pycache__', 'sub', '.']:
        os.utime(f'{root}/{name}', ns=(LATER * 10**9, LATER * 10**9), follow_symlinks=False)


def is_temporary(name):
    return os.path.basename(name).startswith('.normalize-')


def content(path, status):
    if stat.S_ISLNK(status.st_mode):
        return os.readlink(path)
    if stat.S_ISREG(status.st_mode):
        with open(path, 'rb') as file:
            return file.read()
    return None


def attributes(path):
    return sorted((name, os.getxattr(path, name, follow_symlinks=False))
                  for name in os.listxattr(path, follow_symlinks=False))


def look(root):
    """Each name below root, and root: (what must never be lost, time, first name of its file)."""
    names = ['.']
    for folder, folders, files in os.walk(root):
        names += [os.path.relpath(os.path.join(folder, name), root) for name in folders + files]
    first, seen = {}, {}
    for name in sorted(names):
        path = f'{root}/{name}'
        status = os.lstat(path)
        kept = (status.st_mode, status.st_uid, status.st_gid, tuple(attributes(path)))
        same = first.setdefault((status.st_dev, status.st_ino), name)
        seen[name] = (kept, content(path, status), status.st_mtime_ns, same)
    return seen


def give(root, owner):
    """Makes all below root, and root, the user's; folders are read-only."""
    for folder, _, files in os.walk(root):
        for name in files:
            os.chown(os.path.join(folder, name), owner, owner, follow_symlinks=False)
        os.chown(folder, owner, owner)
        os.chmod(folder, 0o555)

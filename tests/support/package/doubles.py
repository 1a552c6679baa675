#!/usr/bin/python3
"""Stands in for creators of packages that Debian does not have, in a test: takes their command lines
and writes packages of the layout that they document, with the noise of the day, the user and the
folder that they are known for.

A link openbsd/pkg_create, netbsd/pkg_create, freebsd/pkg or opkg-build is that creator.
"""

import base64
import getopt
import hashlib
import io
import json
import os
import pwd
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib

import check_lists


def gzipped(data, mtime):
    head = b"\x1f\x8b\x08\0" + int(mtime).to_bytes(4, "little") + b"\0\3"
    packer = zlib.compressobj(6, zlib.DEFLATED, -15, 9)
    tail = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return head + packer.compress(data) + packer.flush() + tail


def account(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def listed(path):
    """The names in a packing list, which has directives too."""
    names = [line.rstrip("\n") for line in open(path)]
    return [name for name in names if name and not name.startswith("@")]


def text_member(tar, name, text, **fields):
    member = tarfile.TarInfo(name)
    data = text.encode()
    member.size = len(data)
    for field, value in fields.items():
        setattr(member, field, value)
    tar.addfile(member, io.BytesIO(data))


def file_member(tar, path, name, **fields):
    member = tar.gettarinfo(path, name)
    member.name = name  # FreeBSD's are absolute
    member.mode = os.lstat(path).st_mode & 0o7777
    for field, value in fields.items():
        setattr(member, field, value)
    if member.issym():
        tar.addfile(member)
    else:
        member.size, member.type = os.path.getsize(path), tarfile.REGTYPE
        with open(path, "rb") as data:
            tar.addfile(member, data)


def openbsd(words):
    options, names = getopt.getopt(words, "A:B:D:L:M:P:U:V:W:d:f:p:s:u:w:nqQSvxcm")
    given = dict(options)
    stage = given.get("-B", "") + given["-p"]
    lines = ["@name " + os.path.basename(names[0]).removesuffix(".tgz"), "@comment pkgpath=misc/x ftp=yes"]

    def sums(data):
        return ["@sha " + base64.b64encode(hashlib.sha256(data).digest()).decode(), f"@size {len(data)}"]

    description = open(given["-d"]).read()
    lines += ["+DESC", *sums(description.encode()), "@cwd " + given["-p"]]
    for name in listed(given["-f"]):
        path = os.path.join(stage, name)
        lines.append(name)
        if os.path.islink(path):
            lines.append("@symlink " + os.readlink(path))
        else:
            lines += [*sums(open(path, "rb").read()), f"@ts {int(os.lstat(path).st_mtime)}"]
    if set("nqQS") & {option[1] for option, _ in options}:
        return print("\n".join(lines))
    out, tail = io.BytesIO(), []
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        special = dict(mode=0o444, uname="root", gname="wheel", mtime=int(time.time()))
        text_member(tar, "+CONTENTS", "\n".join(lines) + "\n", **special)
        text_member(tar, "+DESC", description, **special)
        for name in listed(given["-f"]):
            path = os.path.join(stage, name)
            if os.path.islink(path):
                tail.append((path, name))
                continue
            mode = os.lstat(path).st_mode & ~0o6022 | 0o444
            file_member(tar, path, name, mode=mode, mtime=0, uid=0, gid=2, uname="root", gname="bin")
        for path, name in tail:
            file_member(tar, path, name, mode=0o755, uid=0, gid=0, uname="root", gname="wheel",
                        mtime=int(os.lstat(path).st_mtime))
    with open(names[0], "wb") as package:
        package.write(gzipped(out.getvalue(), 0))


def netbsd(words):
    options, names = getopt.getopt(words, "ElOUVvB:b:C:c:D:d:F:f:g:I:i:K:k:n:P:p:r:S:s:T:t:u:")
    given = dict(options)
    prefix = given.get("-I", given["-p"])
    lines = ["@cwd " + prefix, "@name " + os.path.basename(names[0]).removesuffix(".tgz")]
    for name in listed(given["-f"]):
        path = os.path.join(given["-p"], name)
        lines.append(name)
        if os.path.islink(path):
            lines.append("@comment Symlink:" + os.readlink(path))
        else:
            lines.append("@comment MD5:" + hashlib.md5(open(path, "rb").read()).hexdigest())
    special = {"+COMMENT": open(given["-c"]).read(), "+DESC": open(given["-d"]).read()}
    for name in special:
        lines += ["@ignore", name]
    if "-O" in given:
        return print("\n".join(lines))
    owner = dict(uid=os.getuid(), gid=os.getgid(), uname=account(os.getuid()), gname="")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, text in {"+CONTENTS": "\n".join(lines) + "\n", **special}.items():
            text_member(tar, name, text, mode=0o644, mtime=int(time.time()), **owner)
        for name in listed(given["-f"]):
            path = os.path.join(given["-p"], name)
            file_member(tar, path, name, mtime=int(os.lstat(path).st_mtime), **owner)
    name = names[0] if names[0].endswith(".tgz") else names[0] + ".tgz"
    with open(name, "wb") as package:
        package.write(gzipped(out.getvalue(), time.time()))


def freebsd(words):
    assert words.pop(0) == "create", words
    options, _ = getopt.getopt(words, "hnqvef:l:T:o:p:r:t:m:M:")
    given = dict(options)
    files, members, flatsize = {}, [], 0
    for name in listed(given["-p"]):
        path = given["-r"] + name
        status = os.lstat(path)
        data = os.readlink(path).encode() if os.path.islink(path) else open(path, "rb").read()
        flatsize += len(data)
        mtime = int(given.get("-t", status.st_mtime))
        files[name] = {"sum": check_lists.pkg_sum("2$", data), "uname": "root", "gname": "wheel",
                       "perm": "%04o" % (status.st_mode & 0o7777), "mtime": mtime}
        members.append((path, name, mtime))
    manifest = {**json.load(open(given["-M"])), "flatsize": flatsize}
    out = io.BytesIO()
    owner = dict(uid=os.getuid(), gid=os.getgid(), uname="root", gname="wheel")
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        text_member(tar, "+COMPACT_MANIFEST", json.dumps(manifest, separators=(",", ":")), **owner)
        text_member(tar, "+MANIFEST", json.dumps({**manifest, "files": files}, separators=(",", ":")), **owner)
        for path, name, mtime in members:
            file_member(tar, path, name, mtime=mtime, **owner)
    target = os.path.join(given.get("-o", "."), f"{manifest['name']}-{manifest['version']}.pkg")
    with open(target, "wb") as package:
        subprocess.run(["zstd", "-q", "-19", "--no-check"], input=out.getvalue(), stdout=package, check=True)


def opkg_build(words):
    options, (stage, *rest) = getopt.getopt(words, "cCOo:g:Z:a:vh")
    package = os.path.abspath(os.path.join(rest[0] if rest else ".", "tiny_1.2_all.ipk"))
    with tempfile.TemporaryDirectory() as folder:
        tar = ["tar", "-cz", "-f"]
        subprocess.run([*tar, folder + "/data.tar.gz", "--exclude=./CONTROL", "."], cwd=stage, check=True)
        subprocess.run([*tar, folder + "/control.tar.gz", "."], cwd=stage + "/CONTROL", check=True)
        with open(folder + "/debian-binary", "w") as version:
            version.write("2.0\n")
        if os.path.exists(package):
            os.remove(package)
        parts = ["debian-binary", "control.tar.gz", "data.tar.gz"]
        subprocess.run(["ar", "-crU", package, *parts], cwd=folder, check=True)


CREATORS = {"openbsd/pkg_create": openbsd, "netbsd/pkg_create": netbsd, "freebsd/pkg": freebsd,
            "opkg-build": opkg_build}

if __name__ == "__main__":
    for called_as, creator in CREATORS.items():
        if sys.argv[0].endswith(called_as):
            sys.exit(creator(sys.argv[1:]))
    sys.exit(sys.argv[0] + ": no such creator")

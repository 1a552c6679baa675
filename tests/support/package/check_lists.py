"""Whether the lists in packages of the BSDs are true of the files in them.

check_lists.py openbsd|freebsd|netbsd FILE: exit status 0, and a line for each listed file.
Shares no code and no library with normalize: tarfile, hashlib, json.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile


def unpacked(path):
    data = open(path, "rb").read()
    if data[:4] == b"\x28\xb5\x2f\xfd":
        data = subprocess.run(["zstd", "-dc"], input=data, stdout=subprocess.PIPE, check=True).stdout
    import io
    return tarfile.open(fileobj=io.BytesIO(data))


def contents(tar):
    files = {}
    for member in tar.getmembers():
        assert member.name not in files, member.name
        if member.isfile():
            files[member.name] = tar.extractfile(member).read()
        elif member.islnk():
            files[member.name] = files[member.linkname]
    return files


def check_openbsd(tar):
    files = contents(tar)
    about = None
    hashed = hashlib.sha256()
    expected_hash = None
    for line in files["+CONTENTS"].decode().splitlines():
        keyword, _, value = line.partition(" ")
        if keyword == "@sha":
            digest = hashlib.sha256(files[about]).digest()
            assert value == base64.b64encode(digest).decode(), about
            print(about)
        elif keyword == "@size":
            assert int(value) == len(files[about]), about
        elif keyword == "@ts":
            assert int(value) >= 1
        elif keyword not in ("@symlink", "@link"):
            about = value if line.startswith("@") else line
        if line.startswith("@option always-update "):
            expected_hash = value.split()[1]
            line = "@option always-update"
        if not re.match(r"@(signer|digital-signature|url) |@comment \$OpenBSD", line):
            hashed.update(line.encode() + b"\n")
    found = base64.b64encode(hashed.digest()).decode().rstrip("=")
    assert expected_hash in (None, found), found


def zbase32(digest):
    number = int.from_bytes(digest, "little")
    digits = -(-len(digest) * 8 // 5)
    return "".join("ybndrfg8ejkmcpqxot1uwisza345h769"[number >> 5 * i & 31] for i in range(digits))


def pkg_sum(like, data):
    if like.startswith("1$"):
        return "1$" + hashlib.sha256(data).hexdigest()
    if like.startswith("2$"):
        return "2$" + zbase32(hashlib.blake2b(data).digest())
    if like.startswith("5$"):
        return "5$" + zbase32(hashlib.blake2s(data).digest())
    return hashlib.sha256(data).hexdigest()


def check_freebsd(tar):
    files = contents(tar)
    manifest = json.loads(files["+MANIFEST"])
    members = {member.name: member for member in tar.getmembers()}
    flatsize = 0
    for name, file in manifest["files"].items():
        name = re.sub("%(..)", lambda hexadecimal: chr(int(hexadecimal[1], 16)), name)
        member = members[name.lstrip("/")] if name not in members else members[name]
        if isinstance(file, str):
            file = {"sum": file}
        data = member.linkname.encode() if member.issym() else files[member.name]
        assert file["sum"] == pkg_sum(file["sum"], data), name
        if "perm" in file:
            assert int(file["perm"], 8) == member.mode, name
        if "mtime" in file:
            assert file["mtime"] == member.mtime, name
        flatsize += 0 if member.islnk() else len(data)
        print(name)
    assert manifest["flatsize"] == flatsize, flatsize
    compact = json.loads(files["+COMPACT_MANIFEST"])
    assert compact == {key: value for key, value in manifest.items() if key in compact}


def check_netbsd(tar):
    files = contents(tar)
    about = None
    size = 0
    for line in files["+CONTENTS"].decode().splitlines():
        if line.startswith("@comment MD5:"):
            assert line[13:] == hashlib.md5(files[about]).hexdigest(), about
            size += len(files[about])
            print(about)
        elif line.startswith("@comment Symlink:"):
            assert tar.getmember(about).linkname == line[17:], about
            size += len(line[17:])
        elif not line.startswith("@"):
            about = line
    if "+SIZE_PKG" in files:
        assert int(files["+SIZE_PKG"]) == size, size


if __name__ == "__main__":
    with unpacked(sys.argv[2]) as archive:
        {"openbsd": check_openbsd, "freebsd": check_freebsd, "netbsd": check_netbsd}[sys.argv[1]](archive)

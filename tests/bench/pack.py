"""Measures packages that `normalize pack` writes beside those of gzip, pigz and zstd.

For each pair of trees, each writer packs both; rsync then sends the second to where the first is. Bytes
sent are those of `rsync --stats`, both ways; processor time is the mean of both packages. All pack the
same bytes: trees that `normalize apply` has been through, for the other writers as a tar with sorted
names and without times and owners.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TAR = ["tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner",
       "--format=gnu", "-cf"]
FILTERS = {
    "gzip -9": "gzip -9n",
    "gzip -9 --rsyncable": "gzip -9n --rsyncable",
    "pigz -9 --rsyncable": "pigz -9n --rsyncable",
    "zstd --rsyncable": "zstd -q -T2 --rsyncable",
}
PACKS = {"normalize, 16 files": "openbsd", "normalize, small": "small", "normalize": "best"}


def cpu():
    now = os.times()
    return now.children_user + now.children_system


def run(command, **how):
    """The processor time of a command, and the time that passes."""
    before, began = cpu(), time.monotonic()
    subprocess.run(command, check=True, **how)
    return cpu() - before, time.monotonic() - began


def sent(old, new, scratch):
    """Bytes of both directions. The older package stands under the newer one's name."""
    there = scratch / "there"
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir()
    shutil.copyfile(old, there / "package")
    shutil.copyfile(new, scratch / "package")
    os.utime(there / "package", (1, 1))
    told = subprocess.run(["rsync", "-t", "--no-whole-file", "--stats", "--checksum-seed=1",
                           scratch / "package", there], check=True, capture_output=True, text=True)
    return sum(int(re.search(f"Total bytes {way}: ([0-9,]+)", told.stdout)[1].replace(",", ""))
               for way in ("sent", "received"))


class Totals:
    def __init__(self):
        self.size = self.sent = self.cpu = 0

    def add(self, other):
        self.size += other.size
        self.sent += other.sent
        self.cpu += other.cpu


class Bench:
    def __init__(self, program, scratch):
        self.program, self.scratch = program, scratch

    def measure(self, pack):
        """`pack(side, output)` writes a package and says what processor time it took."""
        files = {side: self.scratch / f"{side}.package" for side in ("old", "new")}
        result = Totals()
        result.cpu = sum(pack(side, file) for side, file in files.items()) / 2
        result.size = files["new"].stat().st_size
        result.sent = sent(files["old"], files["new"], self.scratch)
        return result

    def by_filter(self, trees, command):
        def pack(side, output):
            tar = self.scratch / "tar"
            subprocess.run(TAR + [tar, "-C", trees / side, "."], check=True)
            with open(tar, "rb") as source, open(output, "wb") as sink:
                return run(command.split(), stdin=source, stdout=sink)[0]
        return self.measure(pack)

    def by_normalize(self, trees, mode):
        def pack(side, output):
            package = self.scratch / "n.tar.gz"
            used = run([self.program, "pack", "-q", "--rsync", mode, trees / side, "-o", package])[0]
            os.replace(package, output)
            return used
        return self.measure(pack)

    def rows(self, trees):
        for name, command in FILTERS.items():
            yield name, self.by_filter(trees, command)
        for name, mode in PACKS.items():
            yield name, self.by_normalize(trees, mode)


def print_rows(title, rows):
    print(f"\n{title}\n{'':22}{'size':>12}{'over gzip':>10}{'sent':>12}{'of it':>8}{'CPU s':>8}")
    for name, row in rows.items():
        over = 100 * (row.size / rows["gzip -9"].size - 1)
        print(f"{name:22}{row.size:12}{over:+9.2f}%{row.sent:12}{100 * row.sent / row.size:7.2f}%"
              f"{row.cpu:8.2f}", flush=True)


def alternately(commands, runs):
    """The medians of the times that commands take, run in turns since machines have moods."""
    walls = {name: [] for name in commands}
    used = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            spent, wall = run(command, stdout=subprocess.DEVNULL)
            walls[name].append(wall)
            used[name].append(spent)
    return ({name: statistics.median(all) for name, all in walls.items()},
            {name: statistics.median(all) for name, all in used.items()})


def measure_speed(program, tree, scratch, runs):
    pack = [program, "pack", "-q", tree, "-o", scratch / "speed.tar.gz", "--jobs"]
    walls, _ = alternately({"one": pack + ["1"], "two": pack + ["2"]}, runs)
    print(f"\npack with two jobs: {walls['one'] / walls['two']:.2f} times as fast as with one "
          f"({walls['one']:.2f} s, {walls['two']:.2f} s)")
    sums = ["sh", "-c", 'find "$1" -type f -print0 | xargs -0 sha256sum', "sh", tree]
    commands = {"manifest": [program, "manifest", tree], "sums": sums,
                "one job": [program, "manifest", "--jobs", "1", tree]}
    walls, used = alternately(commands, 3 * runs)
    print(f"manifest: {walls['manifest'] / walls['sums']:.2f} times as long as sha256sum "
          f"(with one job {walls['one job'] / walls['sums']:.2f}); "
          f"{used['manifest'] / used['sums']:.2f} times the processor time")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--pairs", type=pathlib.Path, required=True)
    parser.add_argument("--only", nargs="*", help="names of pairs")
    parser.add_argument("--runs", type=int, default=3, help="of what is timed by the clock")
    options = parser.parse_args()
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    pairs = [path for path in sorted(options.pairs.iterdir())
             if path.suffix != ".new" and (not options.only or path.name in options.only)]
    if not pairs:
        sys.exit("there is no pair to measure")
    totals = {}
    with tempfile.TemporaryDirectory(dir=options.pairs.parent) as folder:
        scratch = pathlib.Path(folder)
        bench = Bench(options.program, scratch)
        for pair in pairs:
            rows = {}
            trees = scratch / "trees"
            shutil.rmtree(trees, ignore_errors=True)
            subprocess.run(["cp", "-a", pair, trees], check=True)
            subprocess.run([options.program, "apply", "-q", trees], check=True)
            for name, row in bench.rows(trees):
                rows[name] = row
                totals.setdefault(name, Totals()).add(row)
            print_rows(pair.name, rows)
        if len(pairs) > 1:
            print_rows("all pairs together", totals)
        ours, best = totals["normalize"], totals["gzip -9 --rsyncable"]
        gzip = totals["gzip -9"]
        print(f"\nbytes sent: {ours.sent / best.sent:.3f} of gzip -9 --rsyncable's; size: "
              f"{100 * (ours.size / gzip.size - 1):+.2f} % over gzip -9; processor time: "
              f"{ours.cpu / gzip.cpu:.2f} times gzip -9's")
        largest = max(pairs, key=lambda pair: sum(f.lstat().st_size for f in pair.rglob("*")))
        measure_speed(options.program, largest / "new", scratch, options.runs)


main()

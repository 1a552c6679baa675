"""Measures `normalize store` beside other keepers of builds, on a series of trees.

All but the row "raw" keep the trees that `normalize apply` has been through. Bytes are sums of file
sizes, and in brackets of blocks on disk. "hard links + bsdiff" is the scheme of a mail to a FreeBSD list: a file that
is the same as the day before is a hard link, one that changed is kept as a patch of the first day's.
"""

import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time


# Before any time in the trees: a normal build does not tell its day.
EPOCH = "1700000000"


def cpu():
    now = os.times()
    return now.children_user + now.children_system + now.user + now.system


class Cost:
    def __init__(self, before, began):
        self.cpu, self.wall = cpu() - before, time.monotonic() - began


def measured(work):
    before, began = cpu(), time.monotonic()
    work()
    return Cost(before, began)


def run(*command, **environment):
    done = subprocess.run([str(word) for word in command], check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env={**os.environ, **environment})
    if done.returncode != 0:
        sys.stderr.buffer.write(done.stderr)
        sys.exit(f"{command[0]} ended with {done.returncode}")


def sizes(folder):
    """Bytes of files and of blocks, each inode once."""
    seen, size, blocks = set(), 0, 0
    for at, _, names in os.walk(folder):
        for name in names:
            status = os.lstat(os.path.join(at, name))
            if status.st_ino not in seen:
                seen.add(status.st_ino)
                size += status.st_size
                blocks += status.st_blocks * 512
    return size, blocks


class HardLinks:
    """Days as folders; d01 whole, later days hard links, patches and whole new files."""
    name = "hard links + bsdiff"

    def __init__(self, folder):
        self.folder = folder
        self.kept, self.digests = {}, {}  # by path: where it lies, and what it was

    def add(self, tree, day):
        there = self.folder / day
        for at, _, names in os.walk(tree):
            for name in names:
                source = pathlib.Path(at) / name
                path = source.relative_to(tree)
                target = there / path
                target.parent.mkdir(parents=True, exist_ok=True)
                if source.is_symlink():
                    target.symlink_to(os.readlink(source))
                    continue
                digest = hashlib.md5(source.read_bytes()).digest()
                first = self.folder / "d01" / path
                if self.digests.get(path) == digest:
                    os.link(self.kept[path], target)
                elif day != "d01" and first.is_file():
                    run("bsdiff", first, source, target)
                    if target.stat().st_size > source.stat().st_size:
                        shutil.copyfile(source, target)
                else:
                    shutil.copyfile(source, target)
                self.digests[path], self.kept[path] = digest, target


class Normalize:
    def __init__(self, folder, program, name="normalize store"):
        self.folder, self.program, self.name = folder, program, name
        run(program, "store", "init", folder)

    def add(self, tree, day):
        run(self.program, "store", "add", "-q", "--store", self.folder, tree, "--name", day,
            SOURCE_DATE_EPOCH=EPOCH)

    def restore(self, day, target, *options):
        run(self.program, "store", "restore", "--store", self.folder, *options, day, target)


class Borg:
    name = "borg, zstd 3"

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"BORG_BASE_DIR": str(folder.parent / "borg-home"),
                            "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
                            "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}
        run("borg", "init", "-e", "none", folder, **self.environment)

    def add(self, tree, day):
        run("borg", "create", "-C", "zstd,3", f"{self.folder}::{day}", tree, **self.environment)


class Restic:
    name = "restic"

    def __init__(self, folder):
        self.folder = folder
        self.options = ["-r", folder, "--cache-dir", folder.parent / "restic-cache"]
        run("restic", *self.options, "init", "--repository-version", "2", RESTIC_PASSWORD="x")

    def add(self, tree, day):
        run("restic", *self.options, "backup", "--tag", day, tree, RESTIC_PASSWORD="x")


class Ostree:
    name = "ostree, archive"

    def __init__(self, folder):
        self.folder = folder
        run("ostree", f"--repo={folder}", "init", "--mode=archive")

    def add(self, tree, day):
        run("ostree", f"--repo={self.folder}", "commit", "-b", "builds", f"--tree=dir={tree}")


class Bench:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.days = sorted(path for path in options.series.iterdir() if path.name.startswith("d"))
        self.rows = []

    def normal_trees(self):
        """What each day is once normal; a file that changes is a new one, so links may be shared."""
        folder = self.options.series / "normal"
        folder.mkdir(exist_ok=True)
        for day in self.days:
            if not (folder / day.name).exists():
                new = folder / (day.name + ".new")
                shutil.rmtree(new, ignore_errors=True)
                run("cp", "-al", day, new)
                run(self.options.program, "apply", "-q", new, SOURCE_DATE_EPOCH=EPOCH)
                new.rename(folder / day.name)
        return [folder / day.name for day in self.days]

    def measure(self, keeper, trees):
        costs, totals = [], []
        for tree in trees:
            costs.append(measured(lambda tree=tree: keeper.add(tree, tree.name)))
            totals.append(sizes(keeper.folder))
        grown = [totals[0][0]] + [b[0] - a[0] for a, b in zip(totals, totals[1:])]
        later = len(trees) - 1
        self.rows.append((keeper.name, sum(grown[1:]) / later, sum(c.cpu for c in costs[1:]) / later))
        print(f"{keeper.name:20}", f"{grown[0] / 1e6:7.1f}", " ".join(f"{g / 1e6:5.2f}" for g in grown[1:]),
              f"| mean {sum(grown[1:]) / later / 1e6:6.2f} MB",
              f"| eight {totals[min(7, later)][0] / 1e6:6.1f} MB, all {totals[-1][0] / 1e6:6.1f} ({totals[-1][1] / 1e6:.1f})",
              f"| CPU first {costs[0].cpu:5.1f}, later {sum(c.cpu for c in costs[1:]) / later:5.2f} s",
              f"| wall later {sum(c.wall for c in costs[1:]) / later:5.2f} s", flush=True)
        return keeper

    def restores(self, keeper, trees):
        for tree in (trees[0], trees[len(trees) // 2], trees[-1]):
            best = {}
            for attempt in range(3):
                for name, how in (("cp -a", lambda to: run("cp", "-a", tree, to)),
                                  ("restore", lambda to: keeper.restore(tree.name, to)),
                                  ("restore --link, again", lambda to: keeper.restore(tree.name, to, "--link"))):
                    target = self.scratch / "restored"
                    shutil.rmtree(target, ignore_errors=True)
                    cost = measured(lambda: how(target))
                    if name not in best or cost.wall < best[name].wall:
                        best[name] = cost
                    if name == "restore":
                        run("diff", "-r", "--no-dereference", tree, target)
            shutil.rmtree(self.scratch / "restored")
            print(f"{tree.name}:", ", ".join(f"{name} {cost.wall:.2f} s ({cost.cpu:.2f} CPU)" for name, cost in best.items()),
                  flush=True)

    def run(self):
        normal = self.normal_trees()
        print(f"{len(normal)} builds; the first has {sizes(normal[0])[0] / 1e6:.1f} MB")
        ours = self.measure(Normalize(self.scratch / "ours", self.options.program), normal)
        self.measure(Normalize(self.scratch / "raw", self.options.program, "normalize, raw"), self.days)
        self.restores(ours, normal)
        for program, make in (("bsdiff", HardLinks), ("borg", Borg), ("restic", Restic), ("ostree", Ostree)):
            if shutil.which(program) and not self.options.alone:
                folder = self.scratch / make.__name__
                folder.mkdir()
                self.measure(make(folder), normal)
                shutil.rmtree(folder)
        mean, seconds = self.rows[0][1:]
        for name, other, other_seconds in self.rows[2:]:
            print(f"{name}: normalize store takes {mean / other:.3f} of the bytes and "
                  f"{seconds / other_seconds:.3f} of the processor time for a later build")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--series", type=pathlib.Path, required=True)
    parser.add_argument("--alone", action="store_true", help="without the others")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.series) as scratch:
        Bench(options, pathlib.Path(scratch)).run()


main()

"""Measures normalize, strip-nondeterminism and cat on fresh copies of one tree.

Each step is run several times, in turns with the others, since machines have moods; the best run
counts. CPU is user and system time of all processes and threads together.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

EPOCH = 1_700_000_000  # before any time in the tree


class Cost:
    def __init__(self, wall, cpu):
        self.wall, self.cpu = wall, cpu


def run(arguments, stdin=None):
    """The cost of one process and its children. What it prints is dropped, but for errors."""
    began, before = time.monotonic(), os.times()
    done = subprocess.run(arguments, stdin=stdin, stdout=subprocess.DEVNULL, check=False,
                          stderr=subprocess.PIPE,
                          env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH), "LC_ALL": "C.UTF-8"})
    wall, after = time.monotonic() - began, os.times()
    if done.returncode != 0:
        sys.stderr.buffer.write(done.stderr)
        sys.exit(f"{arguments[0]} ended with {done.returncode}")
    return Cost(wall, after.children_user + after.children_system
                - before.children_user - before.children_system)


def over_all_files(tree, command):
    return ["sh", "-c", 'find "$1" -type f -print0 | xargs -0 ' + command, "sh", tree]


class Measurement:
    def __init__(self, program, tree, scratch):
        self.program, self.tree, self.scratch = program, tree, scratch
        self.best = {}

    def note(self, step, cost):
        best = self.best.setdefault(step, Cost(cost.wall, cost.cpu))
        best.wall, best.cpu = min(best.wall, cost.wall), min(best.cpu, cost.cpu)

    def fresh(self):
        copy = os.path.join(self.scratch, "tree")
        shutil.rmtree(copy, ignore_errors=True)
        subprocess.run(["cp", "-a", self.tree, copy], check=True)
        over = run(over_all_files(copy, "cat"))  # into the page cache, for everybody alike
        return copy, over

    def twice(self, name, command):
        copy, cat = self.fresh()
        self.note("cat, every file", cat)
        self.note(f"{name}, fresh tree", run(command(copy)))
        self.note(f"{name}, nothing to do", run(command(copy)))

    def all_tools(self):
        for jobs in (1, os.cpu_count()):
            self.twice(f"normalize --jobs {jobs}",
                       lambda copy, jobs=jobs: [self.program, "apply", "-q", f"--jobs={jobs}", copy])
        if shutil.which("strip-nondeterminism"):
            # As dh_strip_nondeterminism does: one process, all files.
            self.twice("strip-nondeterminism", lambda copy: over_all_files(
                copy, f"strip-nondeterminism --timestamp {EPOCH}"))


def describe(tree):
    files = size = 0
    for folder, _, names in os.walk(tree):
        for name in names:
            status = os.lstat(os.path.join(folder, name))
            files, size = files + 1, size + status.st_size
    return f"{files} files, {size / 1e6:.0f} MB"


def report(measurement):
    cat = measurement.best["cat, every file"]
    peer = "strip-nondeterminism"
    print(f"{'':40} {'wall s':>8} {'CPU s':>8} {'x cat':>8} {'CPU, peer / this':>18}")
    for step, cost in measurement.best.items():
        other = measurement.best.get(f"{peer}, {step.partition(', ')[2]}")
        ratio = f"{other.cpu / cost.cpu:.1f}" if other and step.startswith("normalize") else ""
        print(f"{step:40} {cost.wall:8.2f} {cost.cpu:8.2f} {cost.cpu / cat.cpu:8.2f} {ratio:>18}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--tree", required=True)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{options.tree}: {describe(options.tree)}; best of {options.runs} runs")
    with tempfile.TemporaryDirectory(dir=os.path.dirname(options.tree)) as scratch:
        measurement = Measurement(options.program, options.tree, scratch)
        for _ in range(options.runs):
            measurement.all_tools()
    report(measurement)


if __name__ == "__main__":
    main()

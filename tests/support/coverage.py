"""Adds up what gcov has to say of a build: lines that ran, by file of normalizers/, rules/, driver/."""

import collections
import concurrent.futures
import json
import pathlib
import subprocess
import sys


def counts_of(notes):
    """Lines of each source by number, with how often they ran, as one object file knows them."""
    told = subprocess.run(["gcov", "--json-format", "--stdout", notes], cwd=notes.parent,
                          capture_output=True, check=False).stdout
    for text in told.splitlines():
        for file in json.loads(text)["files"]:
            yield file["file"], [(line["line_number"], line["count"]) for line in file["lines"]]


def main(build):
    top = pathlib.Path.cwd()
    lines = collections.defaultdict(dict)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for found in pool.map(lambda notes: list(counts_of(notes)), build.rglob("*.gcno")):
            for name, counts in found:
                path = (build / name).resolve()
                if not path.is_relative_to(top):
                    continue
                name = str(path.relative_to(top))
                if not name.startswith(("normalizers/", "rules/", "driver/")):
                    continue
                for number, count in counts:
                    lines[name][number] = max(count, lines[name].get(number, 0))
    rows, folders = [], collections.Counter()
    for name, counts in lines.items():
        ran = sum(count > 0 for count in counts.values())
        rows.append((ran / len(counts), len(counts) - ran, name))
        for folder in (name.split("/")[0], "all"):
            folders[folder] += len(counts)
            folders[folder, "ran"] += ran
    for share, missed, name in sorted(rows, reverse=True):
        if missed:
            print(f"{share:6.1%} {missed:5d} did not run: {name}")
    for folder in ("rules", "normalizers", "driver", "all"):
        print(f"{folders[folder, 'ran'] / folders[folder]:6.1%} of {folders[folder]} lines of "
              f"{folder} ran")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())

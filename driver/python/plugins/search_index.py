"""The search index of Sphinx: its entries are in whatever order pages were read, which parallel and
incremental builds change. Sorted here, as Sphinx itself does from version 7 on."""

import json

import normalize

HEAD, TAIL = b"Search.setIndex(", b")"


def normal(data, path, settings):
    if not data.startswith(HEAD) or not data.endswith(TAIL):
        return None
    text = data[len(HEAD):-len(TAIL)].decode()
    try:
        index = json.loads(text)
    except ValueError:
        return None  # Sphinx up to 4 writes JavaScript, whose keys have no quotes
    if json.dumps(index) != text:
        return None  # spelled by somebody else: more than the order would change
    for part in settings["sorted"]:
        before = index.get(part, {})
        after = {word: in_order(before[word]) for word in sorted(before)}
        if json.dumps(before) != json.dumps(after):
            normalize.finding(part, "as pages were read", "sorted", "sphinx-build -E, without -j")
            index[part] = after
    return HEAD + json.dumps(index).encode() + TAIL


def in_order(entries):
    """The pages of a word: one number, or a list of numbers or of [number, anchor, ...]."""
    if not isinstance(entries, list):
        return entries
    return sorted(entries, key=lambda page: (page[0] if isinstance(page, list) else page, json.dumps(page)))

"""Numbers the anchors of a page of DocBook in the order in which they are met: idp140234 is idp1."""
import re

import normalize

ANCHOR = re.compile(rb"\bid([mp])(\d{5,})\b")
# Of several pages each may lead to anchors of the others, which a page alone cannot follow.
CHUNK = re.compile(rb'<link rel="(home|up|prev|next)"')
NUMBERED = re.compile(rb"\bid[mp]\d{1,4}\b")


def normal(data, path, settings):
    if CHUNK.search(data) or NUMBERED.search(data):
        return None
    numbers = {}
    for match in ANCHOR.finditer(data):
        numbers.setdefault(match.group(), b"id%s%d" % (match.group(1), len(numbers) + 1))
    if not numbers or len(numbers) > 9999:
        return None
    first, last = next(iter(numbers.items()))
    normalize.finding("anchors", first.decode(), last.decode() + f", {len(numbers)} in their order",
                      hint="id attributes in the source, or a newer libxslt")
    return ANCHOR.sub(lambda match: numbers[match.group()], data)

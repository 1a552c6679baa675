"""compare_streams.py BEFORE AFTER: compares each .pyc of the folder BEFORE with its namesake in AFTER
without loading them, for any version of CPython from 1.0 on. Reads the marshal streams with a parser
that shares nothing with the program's, and holds the objects against each other: type, value, who is
one with whom, what is interned. Of the versions that put cells in the order of a dict, the
instructions are compared by the names of the variables that they take."""
import os
import string
import struct
import sys

# (first magic number, version, header length, marshal version); the first at or below counts.
RELEASES = [
    (3000, (3, 0), 8, 2), (3141, (3, 1), 8, 2), (3160, (3, 2), 8, 2), (3190, (3, 3), 8, 2),
    (3210, (3, 3), 12, 2), (3250, (3, 4), 12, 3), (3280, (3, 4), 12, 4), (3320, (3, 5), 12, 4),
    (3360, (3, 6), 12, 4), (3390, (3, 7), 12, 4), (3392, (3, 7), 16, 4), (3400, (3, 7, 9), 16, 4),
    (3410, (3, 8), 16, 4), (3420, (3, 9), 16, 4), (3430, (3, 10), 16, 4), (3460, (3, 11), 16, 4),
    (3500, (3, 12), 16, 4), (3550, (3, 13), 16, 4), (3600, (3, 14), 16, 5), (3650, (3, 15), 16, 5),
    (5892, (1, 4), 8, 0), (11913, (1, 3), 8, 0), (20121, (1, 5), 8, 0), (39170, (1, 0), 8, 0),
    (50428, (1, 6), 8, 0), (50823, (2, 0), 8, 0), (60202, (2, 1), 8, 0), (60717, (2, 2), 8, 0),
    (62011, (2, 3), 8, 0), (62041, (2, 4), 8, 1), (62071, (2, 5), 8, 2), (62151, (2, 6), 8, 2),
    (62171, (2, 7), 8, 2),
]
NAME = set((string.ascii_letters + string.digits + '_').encode())
NULL = object()
# magic number: EXTENDED_ARG. LOAD_CLOSURE and what else takes a variable are 135 to 138 in all of them.
DICT_ORDERED = {62161: 143, 62162: 143, 62211: 145, 62212: 145, 3151: 143, 3180: 144, 3230: 144}


class Different(Exception):
    pass


class Thing:
    def __init__(self, kind, value=b'', interned=False):
        self.kind, self.value, self.interned, self.parts = kind, value, interned, []


def fields_of_code(version):
    short = 2 if version < (2, 3) else 4
    numbers = [(1, 3), (3, 8) if version >= (3, 8) else None, (3, 0), None, (1, 5), (1, 3)]
    fields = [short for since in numbers if since and version >= since]
    if (1, 3) <= version < (3, 11):
        fields.append(short)  # nlocals
    fields += ['code', 'consts', 'names']
    if (1, 3) <= version < (3, 11):
        fields.append('varnames')
    if version >= (2, 1):
        fields += ['free', 'cell']
    fields += ['filename', 'name']
    if version >= (3, 11):
        fields.append('qualname')
    if version >= (1, 5):
        fields += [short, 'lines']
    if version >= (3, 11):
        fields.append('exceptions')
    return fields


class Parser:
    def __init__(self, data):
        magic = struct.unpack('<H', data[:2])[0]
        self.extended_arg = DICT_ORDERED.get(magic)
        _, self.version, self.at, self.marshal = max(r for r in RELEASES if r[0] <= magic)
        self.data, self.fields = data, fields_of_code(self.version)
        self.references, self.strings, self.names = [], [], set()
        self.python2 = self.version[0] == 2
        self.root = self.read()
        self.end = self.at

    def take(self, count):
        if count < 0 or self.at + count > len(self.data):
            raise ValueError('cut short')
        self.at += count
        return self.data[self.at - count:self.at]

    def word(self):
        return struct.unpack('<i', self.take(4))[0]

    def read(self):
        byte = self.take(1)[0]
        code, flagged = chr(byte & 127), byte & 128
        if code in 'NTFS.':
            return Thing(code)
        if code == '0':
            return NULL
        if code == 'r':
            return self.references[self.word()]
        if code == 'R':
            return self.strings[self.word()]
        thing = Thing({'a': 'u', 'A': 'u', 'z': 'u', 'Z': 'u', ')': '(', 'C': 'c'}.get(code, code))
        if flagged:
            self.references.append(thing)
        self.fill(thing, code)
        return thing

    def fill(self, thing, code):
        if code in 'iIgy':
            thing.value = self.take({'i': 4, 'I': 8, 'g': 8, 'y': 16}[code])
        elif code == 'l':
            digits = self.word()
            thing.value = struct.pack('<i', digits) + self.take(2 * abs(digits))
        elif code in 'fx':
            thing.value = [self.take(self.take(1)[0]) for _ in range(1 + (code == 'x'))]
        elif code in 'zZ':
            thing.value, thing.interned = self.take(self.take(1)[0]), code == 'Z'
        elif code in 'suaAt':
            thing.value, thing.interned = self.take(self.word()), code in 'At'
            if code == 't':
                thing.kind = 's' if self.python2 else 'u'
                self.strings.append(thing)
        elif code in '()[<>':
            count = self.take(1)[0] if code == ')' else self.word()
            thing.parts = [self.read() for _ in range(count)]
        elif code in '{}':
            part = self.read()
            while part is not NULL:
                thing.parts += [part, self.read()]
                part = self.read()
        elif code == ':':
            thing.parts = [self.read() for _ in range(3)]
        elif code in 'cC':
            self.fill_code(thing)
        else:
            raise ValueError('type code %r' % code)

    def fill_code(self, thing):
        for field in self.fields:
            if isinstance(field, int):
                thing.value += self.take(field)
                continue
            part = self.read()
            thing.parts.append(part)
            if field == 'qualname':
                self.names.add(part.value)


def content(thing):
    if thing.kind == '>':
        return ('>', sorted(map(content, thing.parts), key=repr))
    return (thing.kind, thing.value, [content(part) for part in thing.parts])


def instructions(code, extended_arg):
    at, high, found = 0, 0, []
    while at < len(code):
        opcode, argument = code[at], None
        at += 1
        if opcode >= 90:
            argument = high << 16 | code[at] | code[at + 1] << 8
            at += 2
        high = argument if opcode == extended_arg else 0
        found.append((opcode, argument))
    return found


def names_of(thing, field):
    return [name.value for name in thing.parts[field].parts]


def listing(thing, extended_arg):
    """What the instructions do, whatever the numbers of the variables."""
    free, cell = names_of(thing, 4), names_of(thing, 5)
    variables = [('cell', name) for name in cell] + [('free', name) for name in free]
    consts, found, closures = thing.parts[1].parts, [], []
    for opcode, argument in instructions(thing.parts[0].value, extended_arg):
        if 135 <= opcode <= 138:
            argument = variables[argument]
        if opcode == 100 and consts[argument].kind == 'c' and names_of(consts[argument], 4):
            inner = names_of(consts[argument], 4)
            closures.append((len(found) - 1 - len(inner), inner))
        found.append((opcode, argument))
    for first, inner in closures:
        taken = found[first:first + len(inner)]
        found[first:first + len(inner)] = sorted(zip(inner, taken))
    return found, sorted(variables)


class Comparison:
    def __init__(self, before, after):
        self.version, self.names = before.version, before.names
        self.extended_arg = before.extended_arg
        self.after_of, self.before_of = {}, {}
        self.work = [(before.root, after.root)]
        while self.work:
            self.compare(*self.work.pop())

    def compare(self, a, b):
        if a.kind != b.kind or a.value != b.value or len(a.parts) != len(b.parts):
            raise Different('%s %r became %s %r' % (a.kind, a.value, b.kind, b.value))
        if a.kind in 'NTFS.':
            return
        if id(a) in self.after_of:
            if self.after_of[id(a)] is not b:
                raise Different('one %s became two' % a.kind)
            return
        if id(b) in self.before_of and not self.may_merge(a, b):
            raise Different('two of %s %r became one' % (a.kind, a.value))
        if a.interned != b.interned and not (b.interned and self.may_intern(a)):
            raise Different('%r is interned no longer, or without need' % a.value)
        self.after_of[id(a)], self.before_of[id(b)] = b, a
        if a.kind == 'c' and self.extended_arg:
            self.compare_listings(a, b)
        if a.kind in '<>':
            self.work += zip(*(sorted(x.parts, key=lambda part: repr(content(part))) for x in (a, b)))
        else:
            self.work += zip(a.parts, b.parts)

    def compare_listings(self, a, b):
        if listing(a, self.extended_arg) != listing(b, self.extended_arg):
            raise Different('the instructions of %r do other things' % a.parts[7].value)
        for part in a.parts[4:6] + b.parts[4:6]:
            part.parts.sort(key=lambda name: name.value)
        b.parts[0].value = a.parts[0].value

    def may_merge(self, a, b):
        if a.kind == '>':
            return self.version >= (3, 8)
        if a.kind == 'i':
            return -5 <= struct.unpack('<i', a.value)[0] <= 256
        return b.interned or (not a.value and not a.parts and a.kind in 's(')

    def may_intern(self, a):
        if a.kind == 'u' and len(a.value.decode('utf-8', 'surrogatepass')) <= 1 and a.value < b'\xc4':
            return self.version >= (3, 4)
        if self.version >= (3, 11):
            return a.value in self.names
        return self.version < (3, 5) and set(a.value.split(b'\0')[0]) <= NAME


def parse(path):
    with open(path, 'rb') as file:
        return Parser(file.read())


def main():
    before, after = sys.argv[1:]
    sys.setrecursionlimit(10000)
    count = failures = 0
    for folder, _, names in os.walk(before):
        for name in names:
            if not name.endswith(('.pyc', '.pyo')):
                continue
            path = os.path.join(folder, name)
            first, second = parse(path), parse(after + path[len(before):])
            count += 1
            try:
                Comparison(first, second)
                if len(first.data) - first.end != len(second.data) - second.end:
                    raise Different('bytes behind the object')
            except Different as difference:
                failures += 1
                print('%s: %s' % (path, difference))
    print('%d files compared, %d different' % (count, failures))
    sys.exit(1 if failures else 0)


main()

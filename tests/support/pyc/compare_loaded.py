"""compare_loaded.py BEFORE AFTER: loads each .pyc of the folder BEFORE and its namesake in AFTER with
this interpreter and compares what comes: types, values to the last bit, every attribute of code
objects, and which objects are one and the same. Frozensets and strings may become one object where
they were several; nothing may become several. Runs under Python 2.7 and 3."""
import marshal
import os
import struct
import sys

HEADER = 8 if sys.version_info < (3, 3) else 12 if sys.version_info < (3, 7) else 16
CODE = type((lambda: 0).__code__)
ATTRIBUTES = [name for name in dir(CODE) if name.startswith('co_') and name not in ('co_lines', 'co_positions', 'co_branches')]
# Since 3.11 these are made anew each time somebody asks.
MADE_ANEW = {'co_code', 'co_varnames', 'co_cellvars', 'co_freevars', 'co_lnotab'} if sys.version_info >= (3, 11) else set()
MAY_MERGE = (frozenset, str)


class Different(Exception):
    pass


def scalar(value):
    if isinstance(value, float):
        return struct.pack('<d', value)
    if isinstance(value, complex):
        return struct.pack('<dd', value.real, value.imag)
    return value


def by_content(elements):
    return sorted(elements, key=lambda element: (type(element).__name__, repr(element) if not isinstance(element, frozenset) else repr(sorted(map(repr, element)))))


def parts(value):
    """The objects that this one is made of; None for one without parts."""
    if isinstance(value, (tuple, list)):
        return [('[%d]' % i, part, True) for i, part in enumerate(value)]
    if isinstance(value, (frozenset, set)):
        return [('{%d}' % i, part, True) for i, part in enumerate(by_content(value))]
    if isinstance(value, dict):
        return [('{%r}' % (key,), part, True) for key, part in value.items()]
    if isinstance(value, slice):
        return [(name, getattr(value, name), True) for name in ('start', 'stop', 'step')]
    if isinstance(value, CODE):
        return [('.' + name, getattr(value, name), name not in MADE_ANEW) for name in ATTRIBUTES]
    return None


def compare(first, second):
    after_of, before_of, kept = {}, {}, []
    work = [('', first, second, True)]
    while work:
        path, a, b, has_identity = work.pop()
        if type(a) is not type(b):
            raise Different('%s: %r became %r' % (path, type(a), type(b)))
        if has_identity:
            if id(a) in after_of:
                if after_of[id(a)] != id(b):
                    raise Different('%s: one %s became two' % (path, type(a).__name__))
                continue
            if id(b) in before_of and not isinstance(a, MAY_MERGE):
                raise Different('%s: two of %s became one' % (path, type(a).__name__))
            after_of[id(a)], before_of[id(b)] = id(b), id(a)
            kept.append((a, b))
        of_a, of_b = parts(a), parts(b)
        if of_a is None:
            if scalar(a) != scalar(b):
                raise Different('%s: %r became %r' % (path, a, b))
            continue
        if len(of_a) != len(of_b):
            raise Different('%s: another length' % path)
        for (name, x, identity), (other_name, y, _) in zip(of_a, of_b):
            if name != other_name:
                raise Different('%s: %s became %s' % (path, name, other_name))
            work.append((path + name, x, y, identity))


def load(path):
    with open(path, 'rb') as file:
        return marshal.loads(file.read()[HEADER:])


def main():
    before, after = sys.argv[1:]
    count = failures = 0
    for folder, _, names in os.walk(before):
        for name in names:
            if not name.endswith(('.pyc', '.pyo')):
                continue
            path = os.path.join(folder, name)
            count += 1
            try:
                compare(load(path), load(after + path[len(before):]))
            except Different as difference:
                failures += 1
                print('%s: %s' % (path, difference))
    print('%d files compared, %d different' % (count, failures))
    sys.exit(1 if failures else 0)


main()

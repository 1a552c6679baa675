"""Writes .pyc files of random objects, as many as SECONDS leave time for, has normalize rewrite
them, and asks Python's own marshal whether it reads the same from both.

  marshal_against_python.py NORMALIZE SECONDS

Says how many there were; exits with 1, and keeps the file, where one is read differently or where
normalize finds damage in what Python wrote.
"""

import importlib.util
import marshal
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

BATCH = 200  # files for one run of normalize


def scalar(chance):
    return chance.choice([
        lambda: None, lambda: True, lambda: Ellipsis, lambda: StopIteration,
        lambda: chance.getrandbits(chance.randrange(1, 200)) * chance.choice([1, -1]),
        lambda: chance.choice([0.0, -0.0, 1.5, float('inf'), 5e-324, chance.random()]),
        lambda: complex(chance.random(), -0.0),
        lambda: chance.randbytes(chance.randrange(300)),
        lambda: ''.join(chance.choice('ab_é\ud800\U0001f600') for _ in range(chance.randrange(9))),
        lambda: sys.intern('name%d' % chance.randrange(5)),
        lambda: 'x' * chance.choice([0, 1, 255, 256, 300]),
    ])()


def value(chance, depth, known):
    """A constant as code objects may have them; `known` ones come again, as the same object."""
    if known and chance.random() < 0.2:
        return chance.choice(known)
    kind = chance.randrange(6) if depth > 0 else 0
    count = chance.choice([0, 1, 3, 7])
    if kind == 1:
        made = tuple(value(chance, depth - 1, known) for _ in range(count))
    elif kind == 2:
        made = frozenset(hashable(chance, depth - 1, known) for _ in range(count))
    elif kind == 3:
        made = code(chance, depth - 1, known)
    else:
        made = scalar(chance)
    known.append(made)
    return made


def hashable(chance, depth, known):
    made = value(chance, depth, known)
    return made if made == made else None  # no NaN


def code(chance, depth, known):
    names = ', '.join(f'n{chance.randrange(9)}' for _ in range(3))
    source = f'def f(a, *b, c=1):\n    d = [a for a in b]\n    return lambda: ({names}, d, {{1, "s"}})\n'
    made = compile(source, f'/build/{chance.randrange(3)}/m.py', 'exec')
    inner = next(each for each in made.co_consts if hasattr(each, 'co_code'))
    return inner.replace(co_consts=(*inner.co_consts,
                                    *(value(chance, depth - 1, known) for _ in range(3))))


def same(a, b):
    """Types and values, deep; sets in any order."""
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, frozenset):
        return len(a) == len(b) and sorted(map(digest, a)) == sorted(map(digest, b))
    if hasattr(a, 'co_code'):
        return all(same(getattr(a, name), getattr(b, name)) for name in dir(a)
                   if name.startswith('co_') and not callable(getattr(a, name)))
    if isinstance(a, (float, complex)):
        return digest(a) == digest(b)
    return a == b


def digest(each):
    if isinstance(each, float):
        return repr(struct.pack('<d', each))
    if isinstance(each, complex):
        return repr(struct.pack('<dd', each.real, each.imag))
    if isinstance(each, frozenset):
        return repr(sorted(map(digest, each)))
    if isinstance(each, tuple):
        return repr([digest(part) for part in each])
    if hasattr(each, 'co_code'):
        return repr((each.co_code, each.co_name, digest(each.co_consts), each.co_names))
    return repr((type(each), each))


def write_batch(folder, chance):
    header = importlib.util.MAGIC_NUMBER + bytes(4) + (1_600_000_000).to_bytes(4, 'little') + bytes(4)
    originals = {}
    for number in range(BATCH):
        made = code(chance, 4, [])
        path = f'{folder}/{number}.pyc'
        originals[path] = header + marshal.dumps(made, chance.choice([2, 3, 4, 4, 4]))
        with open(path, 'wb') as out:
            out.write(originals[path])
    return originals


def differences(normalize, folder, chance):
    originals = write_batch(folder, chance)
    run = subprocess.run([normalize, 'apply', '-v', '--epoch', '1', folder], capture_output=True)
    for line in run.stderr.splitlines():
        if b'warning' in line or b'error' in line:
            yield line.decode(errors='replace'), None
    for path, before in originals.items():
        with open(path, 'rb') as file:
            after = file.read()
        if not same(marshal.loads(before[16:]), marshal.loads(after[16:])):
            yield f'{path} is read differently', before


def main():
    normalize, seconds = os.path.abspath(sys.argv[1]), float(sys.argv[2])
    seed = random.randrange(2**32)
    chance, end, count, found = random.Random(seed), time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        with tempfile.TemporaryDirectory(prefix='normalize-marshal-') as folder:
            for words, before in differences(normalize, folder, chance):
                found += 1
                print(f'seed {seed}: {words}')
                if before:
                    with tempfile.NamedTemporaryFile(suffix='.pyc', delete=False) as kept:
                        kept.write(before)
                    print(f'  kept as {kept.name}')
        count += BATCH
    print(f'{count} .pyc files, {found} read differently')
    return found > 0


if __name__ == '__main__':
    sys.exit(main())

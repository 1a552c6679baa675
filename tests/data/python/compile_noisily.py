# compile_noisily.py SOURCE OUTPUT: compiles in a process that has loaded the same module and much
# else before, which moves reference flags, interned strings and merged constants.
import json, optparse, pickle, py_compile, sys, tempfile, unittest  # noqa: F401
source, output = sys.argv[1:3]
kept = []
text = open(source, 'rb').read()
for _ in range(2):
    kept.append(compile(text, 'sample.py', 'exec'))
    exec(kept[-1], {'__name__': 'sample'})
kept += [intern(c) if sys.version_info[0] < 3 else sys.intern(c) for c in map(chr, range(128))]
py_compile.compile(source, output, 'sample.py', True)

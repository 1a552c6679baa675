"""compile_library.py quiet|noisy OUTPUT [LIMIT]: compiles this interpreter's standard library, or its
LIMIT first files, into the folder OUTPUT. noisy: in reverse order, after having imported much of it
and loaded a compilation of each file before, so that nothing that depends on the process is as it is
in a fresh one."""
import importlib
import importlib.machinery
import os
import py_compile
import sys

MODULES = """argparse ast asyncio base64 bdb calendar cmd codecs collections configparser contextlib csv ctypes datetime
decimal difflib dis email.message fractions ftplib getpass gettext heapq html.parser http.client imaplib inspect json
locale logging.config mailbox mimetypes multiprocessing optparse pickle pickletools platform plistlib pprint random
sched shelve shlex smtplib sqlite3 ssl statistics tarfile tempfile textwrap threading tokenize trace typing unittest
urllib.request uuid wave weakref xml.dom.minidom xmlrpc.client zipfile""".split()


def import_much():
    for module in MODULES:
        try:
            importlib.import_module(module)
        except ImportError:
            pass  # a part that is packaged apart


def main():
    variant, output = sys.argv[1:3]
    root = os.path.dirname(os.__file__)
    sources = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in ('test', 'tests', 'site-packages', 'dist-packages')]
        sources += [os.path.join(folder, name) for name in names if name.endswith('.py')]
    sources.sort()
    if len(sys.argv) > 3:
        sources = sources[:int(sys.argv[3])]
    kept = []
    if variant == 'noisy':
        import_much()
        kept = [sys.intern(chr(c)) for c in range(256)]
        sources.reverse()
    for source in sources:
        name = os.path.relpath(source, root)
        target = os.path.join(output, name + 'c')
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            if variant == 'noisy':
                kept.append(importlib.machinery.SourceFileLoader(name, source).get_code(name))
            py_compile.compile(source, target, name, True)
        except (py_compile.PyCompileError, SyntaxError):
            pass  # sources for tests, wrong on purpose


main()

"""Runs normalize on a small tree again and again, each time with another fault, and looks at what
it leaves behind.

  sweep.py --program NORMALIZE --interposer LIBRARY --tracer PROGRAM [--most N] [--seconds S] WHAT...

WHAT is of calls, memory, kills. With --most that many of each are tried, at equal distances; with
--seconds each kind ends when they are over. Says how many there were; exits with 1 where one did harm.
"""

import argparse
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import trees  # noqa: E402

ONCE, FOREVER = 'once', 'forever'

# What may go wrong with each kind of call, by its name in the interposer's log.
ERRORS = {
    'open': ['EACCES', 'EMFILE', 'EIO', 'EINTR'],
    'create': ['EACCES', 'ENOSPC', 'EDQUOT', 'EINTR'],
    'read': ['EIO', 'EINTR', 'short'],
    'write': ['ENOSPC', 'EIO', 'EDQUOT', 'EINTR', 'short'],
    'say': ['EIO', 'ENOSPC', 'EINTR', 'short'],
    'close': ['EIO'],
    'readdir': ['EIO'],
    'mmap': ['ENOMEM'],
    'ioctl': ['ENOTTY', 'EIO'],
    'fcntl': ['EMFILE'],
    'allocate': ['ENOSPC', 'EINTR'],
    'thread': ['EAGAIN'],
    'stat': ['EIO'],
    'access': ['EIO'],
    'rename': ['EIO', 'ENOSPC', 'EACCES'],
    'link': ['EMLINK', 'ENOSPC', 'EPERM'],
    'unlink': ['EIO', 'EACCES'],
    'flock': ['ENOLCK', 'EINTR'],
    'sync': ['EIO', 'ENOSPC', 'ENOSYS', 'EINTR'],
    'mode': ['EPERM', 'EINTR'],
    'owner': ['EPERM', 'EINTR'],
    'times': ['EACCES', 'EIO'],
    'set_attribute': ['ENOSPC', 'EDQUOT', 'EPERM'],
    'get_attribute': ['EIO'],
    'readlink': ['EIO'],
}
HARMLESS = {'EINTR', 'short'}  # to be tried again, by whoever meets them
LASTING = {'EIO', 'ENOSPC', 'EMFILE'}  # they come alone, or stay


class Scenario:
    def __init__(self, words, normal_exit=0, changes=False, output=None, owner=None):
        self.words, self.normal_exit = words, normal_exit
        self.changes, self.output = changes, output
        self.owner = owner if os.geteuid() == 0 else None


APPLY = ['apply', '--epoch', str(trees.EPOCH), '-v']
LOOK = ['--epoch', str(trees.EPOCH)]
SCENARIOS = {
    'apply': Scenario([*APPLY, 'tree'], changes=True),
    'link': Scenario([*APPLY, '--link-duplicates', 'tree'], changes=True),
    'files': Scenario([*APPLY, 'tree/a.gz', 'tree/sub/b.zip'], changes=True),
    'cache': Scenario([*APPLY, '--cache', 'out/cache', 'tree'], changes=True),
    'read-only': Scenario([*APPLY, 'tree'], changes=True, owner=65534),
    'check': Scenario(['check', *LOOK, '-v', 'tree'], normal_exit=1),
    'hash': Scenario(['hash', *LOOK, 'tree']),
    'manifest': Scenario(['manifest', *LOOK, 'tree']),
    'pack': Scenario(['pack', *LOOK, 'tree', '-o', 'out/p.tar.gz'], output='out/p.tar.gz'),
    'pack-history': Scenario(['pack', *LOOK, 'tree', '-o', 'out/p.tgz', '--rsync=openbsd',
                              '--history', 'out', '--manifest'], output='out/p.tgz'),
    'repack': Scenario(['repack', *LOOK, 'tree/sub/c.tar.gz', '-o', 'out/p.tar.gz'],
                       output='out/p.tar.gz'),
    'diff': Scenario(['diff', *LOOK, 'tree/sub/c.tar.gz', 'tree/sub/b.zip'], normal_exit=1),
}


class Harm(Exception):
    pass


def expect(truth, words):
    if not truth:
        raise Harm(words)


class Sweep:
    def __init__(self, options, name):
        self.options, self.name, self.scenario = options, name, SCENARIOS[name]
        self.work = tempfile.mkdtemp(prefix='normalize-faults-', dir=options.folder)
        os.chmod(self.work, 0o755)
        self.old_output = b'the package of the last run'
        self.environment = {'PATH': os.environ['PATH'], 'HOME': '/nonexistent', 'LC_ALL': 'C'}
        self.prepare()
        self.before = self.look()
        self.normal = self.run()
        expect(self.normal.returncode == self.scenario.normal_exit, f'{self.normal}')
        self.after, self.output = self.look(), self.read_output()

    def prepare(self):
        for name in os.listdir(self.work):
            shutil.rmtree(f'{self.work}/{name}')
        trees.build(self.work + '/tree', self.scenario.owner)
        if self.scenario.owner:
            trees.give(self.work + '/tree', self.scenario.owner)
        os.mkdir(self.work + '/out')
        os.mkdir(self.work + '/log')
        os.chmod(self.work + '/log', 0o777)
        if self.scenario.output:
            with open(f'{self.work}/{self.scenario.output}', 'wb') as out:
                out.write(self.old_output)

    def look(self):
        return trees.look(self.work + '/tree')

    def read_output(self):
        if not self.scenario.output:
            return None
        with open(f'{self.work}/{self.scenario.output}', 'rb') as file:
            return file.read()

    def run(self, faults=None, prefix=()):
        words = [*prefix, self.options.program, *self.scenario.words, *self.options.jobs]
        return subprocess.run(words, cwd=self.work, env={**self.environment, **(faults or {})},
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                              user=self.scenario.owner, group=self.scenario.owner)

    def interposed(self, **faults):
        return {'LD_PRELOAD': self.options.interposer, 'FAULT_PROGRAM': os.path.basename(self.options.program),
                **{name: str(value) for name, value in faults.items()}}

    def log_file(self, name):
        return f'{self.work}/log/{name}'

    def read_log(self, name):
        """Lines of a log, in words; none where it was never begun."""
        if not os.path.exists(self.log_file(name)):
            return []
        with open(self.log_file(name), encoding='utf-8', errors='surrogateescape') as log:
            return [tuple(line.split(' ', 1)) for line in log.read().splitlines()]

    def calls(self):
        """Every call of an undisturbed run: (name, path)."""
        self.prepare()
        self.run(self.interposed(FAULT_CALLS='system', FAULT_LOG=self.log_file('calls')))
        return self.read_log('calls')

    def allocations(self):
        self.prepare()
        self.run(self.interposed(FAULT_CALLS='memory', FAULT_LOG=self.log_file('count')))
        return int(self.read_log('count')[0][0])

    def kills(self):
        """Numbers of the system calls to kill it ahead of, all or those behind which the disk may
        look different."""
        self.prepare()
        result = self.run(prefix=[self.options.tracer, self.log_file('kills')])
        if result.returncode == 125:
            print(f'skipped: cannot trace a program: {result.stderr}')
            return []
        return [at for at, (_, kind) in enumerate(self.read_log('kills'), 1)
                if self.options.all or kind == 'w']

    # What has to hold after a run that a fault has met.

    def check_whole(self):
        """Every file is old or new; nothing else has changed."""
        now = self.look()
        for name in self.before.keys() - now.keys():
            expect(trees.is_temporary(name), f'{name} has gone')
        for name, (kept, content, mtime, _) in now.items():
            if trees.is_temporary(name):
                expect(self.scenario.changes or name in self.before, f'{name} was left behind')
                continue
            expect(name in self.before, f'{name} is new')
            old, new = self.before[name], self.after[name]
            if content is not None or not self.scenario.owner:
                expect(kept in (old[0], new[0]), f'{name}: owner, mode or attributes: {kept}')
            expect(content in (old[1], new[1]), f'{name}: neither old nor new')
            if content is not None:
                expect(mtime in (old[2], new[2]), f'{name}: time {mtime}')
        if self.scenario.output:
            expect(self.read_output() in (self.old_output, self.output), 'half a package')
        return now

    def check_truth(self, result, now, can_speak=True):
        """Exit status and message say what has become of it."""
        expect(result.returncode >= 0, f'ended by signal {-result.returncode}')
        if result.returncode == self.scenario.normal_exit:
            expect(now == self.after, f'says it is done, but {self.differences(now)}')
            expect(self.read_output() == self.output, 'says it is done, but the package is old')
            expect(result.stdout == self.normal.stdout, 'says something else')
            return
        expect(result.returncode == 2, f'exit status {result.returncode}: {result.stderr}')
        if not can_speak:
            return
        told = b'normalize: error: ' in result.stderr or b': failed\n' in result.stdout  # diff's way
        expect(told, f'no message: {result.stderr}')

    def differences(self, now):
        names = now.keys() | self.after.keys()
        return [name for name in sorted(names) if now.get(name) != self.after.get(name)]

    def check_named(self, result, path):
        """The message names the file, or for a temporary one something in its folder."""
        root = self.work + '/'
        if not path.startswith(root) or result.returncode == self.scenario.normal_exit:
            return
        below = os.path.normpath(path[len(root):])
        if trees.is_temporary(below):
            below = os.path.dirname(below)
        expect(os.fsencode(below) in result.stderr, f'{below} is not named in {result.stderr}')

    def check_next_run(self, before, ending):
        """The next run clears up and finishes."""
        if before == self.after and not self.scenario.output:
            return
        result = self.run()
        expect(result.returncode == self.scenario.normal_exit, f'the next run: {result}')
        if self.scenario.changes:
            left = self.differences(self.excuse(self.look(), ending))
            expect(not left, f'the next run leaves {left}')
        expect(self.read_output() == self.output, 'the next run writes another package')
        left = [name for name in os.listdir(self.work + '/out') if trees.is_temporary(name)]
        expect(not left, f'{left} stays beside the package')

    def excuse(self, now, ending):
        """What nobody can know any more, as it should be."""
        excused = {}
        for name, (kept, content, mtime, same) in now.items():
            normal = self.after.get(name, (kept, content, mtime, same))
            # A run that ends between two names of a file leaves two files.
            if ending.between_names:
                same = normal[3]
            if content is None and ending.may_lose_folders:
                if name in self.given_folders():
                    mtime = normal[2]
                if self.scenario.owner:
                    kept = normal[0]
            excused[name] = (kept, content, mtime, same)
        return excused

    def given_folders(self):
        """Those of which only files are given: nothing is to become of them."""
        return {'.', 'sub'} if 'tree' not in self.scenario.words else set()


class Ending:
    """How a run has ended that a fault has met."""

    def __init__(self, result, goes_on=False, killed=False):
        self.between_names = killed or b'still the old file under the name' in result.stderr
        # The time, or the mode, that a folder had is known to the run alone.
        self.may_lose_folders = killed or goes_on or b'read-only again' in result.stderr


class Counter:
    def __init__(self, options):
        self.options, self.tried, self.harm = options, 0, 0
        self.begin()

    def begin(self):
        self.start = time.monotonic()

    def is_over(self):
        return self.options.seconds and time.monotonic() - self.start > self.options.seconds

    def attempt(self, sweep, words, work):
        self.tried += 1
        try:
            sweep.prepare()
            work()
        except Harm as harm:
            self.harm += 1
            print(f'{sweep.name}: {words}: {harm}')
        except subprocess.TimeoutExpired:
            self.harm += 1
            print(f'{sweep.name}: {words}: hangs')


def all_calls(sweep):
    calls = sweep.calls()
    for at, (call, path) in enumerate(calls, 1):
        for error in ERRORS[call]:
            yield at, call, path, error, ONCE
            if error in LASTING or error == 'short':
                yield at, call, path, error, FOREVER


def try_call(sweep, at, call, path, error, lasting):
    result = sweep.run(sweep.interposed(
        FAULT_CALLS='system', FAULT_AT=at, FAULT_NAME=call, FAULT_LOG=sweep.log_file('failed'),
        FAULT_ERROR=error if error == 'short' else getattr(errno, error),
        **({'FAULT_FOREVER': 1} if lasting == FOREVER else {})))
    failed = sweep.read_log('failed')
    if not failed:
        return  # with threads, the last call of the name may have been earlier this time
    path = failed[0][1]
    now = sweep.check_whole()
    # What cannot be removed stays, for the next run.
    excused = call == 'unlink' or (lasting == FOREVER and call in ('open', 'stat'))
    if sweep.scenario.changes and not excused:
        left = [name for name in now if trees.is_temporary(name)]
        if result.returncode == 2:
            left = [name for name in left if name not in sweep.before]
        expect(not left, f'{left} was left behind')
    sweep.check_truth(result, now, can_speak=call != 'say' or lasting == ONCE)
    if error in HARMLESS:
        expect(result.returncode == sweep.scenario.normal_exit, f'not tried again: {result.stderr}')
    if lasting == ONCE:
        sweep.check_named(result, path)
    sweep.check_next_run(now, Ending(result, goes_on=lasting == FOREVER))


def all_allocations(sweep):
    for at in range(1, sweep.allocations() + 1):
        yield at, ONCE
        yield at, FOREVER


def try_allocation(sweep, at, lasting):
    result = sweep.run(sweep.interposed(
        FAULT_CALLS='memory', FAULT_AT=at, FAULT_ERROR=errno.ENOMEM,
        **({'FAULT_FOREVER': 1} if lasting == FOREVER else {})))
    now = sweep.check_whole()
    # Out of memory where nobody can be told: libarchive and RE2 go on without looking what they got.
    if result.returncode not in (-signal.SIGABRT, -signal.SIGSEGV):
        sweep.check_truth(result, now, can_speak=lasting == ONCE)
    sweep.check_next_run(now, Ending(result, goes_on=lasting == FOREVER))


def all_kills(sweep):
    for at in sweep.kills():
        yield (at,)


def try_kill(sweep, at):
    result = sweep.run(prefix=[sweep.options.tracer, f'+{at}'])
    expect(result.returncode == 0, f'was not killed: {result}')
    sweep.check_next_run(sweep.check_whole(), Ending(result, killed=True))


KINDS = {
    'calls': (all_calls, try_call),
    'memory': (all_allocations, try_allocation),
    'kills': (all_kills, try_kill),
}


def run_kind(kind, options, counter):
    every, attempt = KINDS[kind]
    sweeps = [Sweep(options, name) for name in options.scenarios]
    faults = [(sweep, fault) for sweep in sweeps for fault in every(sweep)]
    if options.shuffle:
        random.shuffle(faults)
    step = -(-len(faults) // options.most) if options.most else 1
    counter.begin()
    for sweep, fault in faults[::step]:
        if counter.is_over():
            break
        counter.attempt(sweep, ' '.join(map(str, fault)), lambda: attempt(sweep, *fault))
    for sweep in sweeps:
        shutil.rmtree(sweep.work)


def main():
    parser = argparse.ArgumentParser()
    for name in ('program', 'interposer', 'tracer'):
        parser.add_argument(f'--{name}', required=True, type=os.path.abspath)
    parser.add_argument('--most', type=int, default=0, help='faults of each kind; 0 is all')
    parser.add_argument('--seconds', type=float, default=0, help='for each kind')
    parser.add_argument('--shuffle', action='store_true', help='tries them in random order')
    parser.add_argument('--jobs', type=lambda text: ['--jobs', text], default=['--jobs', '1'])
    parser.add_argument('--scenarios', type=lambda text: text.split(','), default=[*SCENARIOS])
    memory = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None
    parser.add_argument('--folder', default=memory, help='where the trees are made')
    parser.add_argument('--all', action='store_true', help='kills ahead of every system call')
    parser.add_argument('what', nargs='+', choices=KINDS)
    options = parser.parse_args()
    counter = Counter(options)
    for what in options.what:
        run_kind(what, options, counter)
        print(f'{what}: {counter.tried} faults so far, {counter.harm} did harm', flush=True)
    return counter.harm > 0


if __name__ == '__main__':
    sys.exit(main())

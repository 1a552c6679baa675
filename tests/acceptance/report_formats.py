"""SARIF, JUnit XML and GitHub's commands of one run over a tree with hostile names."""

import collections
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree
import zipfile

PROGRAM = os.environ['NORMALIZE_PROGRAM']
SCHEMAS = pathlib.Path(__file__).parent / 'schemas'
NAMES = [b'plain.gz', b'<&"\'>]]>.gz', b'50%25,a:b;c.gz', b'new\nline\r.gz', b'\x1b[2J\x7f.gz', b'caf\xe9.gz',
         '\u2028\ufffe\uffff\u00e9.gz'.encode(), b'::error::x.gz', b'back\\slash.gz']


def make_tree(folder):
    os.makedirs(folder + b'/sub')
    packed = gzip.compress(b'text', mtime=1800000000)
    for name in NAMES:
        with open(folder + b'/sub/' + name, 'wb') as file:
            file.write(packed)
    with zipfile.ZipFile(os.fsdecode(folder + b'/all.zip'), 'w') as archive:
        for name in ('in.gz', '<in>.gz', 'in!!.gz'):
            archive.writestr(zipfile.ZipInfo(name, (2027, 1, 2, 3, 4, 6)), packed)
    with open(folder + b'/all.zip', 'rb') as whole, open(folder + b'/cut.zip', 'wb') as cut:
        cut.write(whole.read()[:60])


def check(form, *arguments, cwd, status=1):
    ran = subprocess.run([PROGRAM, 'check', f'--format={form}', *arguments], cwd=cwd, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, env={**os.environ, 'SOURCE_DATE_EPOCH': '1700000000'})
    assert ran.returncode == status, (form, ran.returncode)
    return ran.stdout.decode()


def told(lines):
    """What the JSON Lines tell: the causes with their numbers of findings, the remarks by kind, the files."""
    *files, summary = map(json.loads, lines.splitlines())
    assert summary['type'] == 'summary'
    findings = [finding for file in files
                for finding in [*file.get('findings', []), *filter(None, [file.get('time'), file.get('link')])]]
    causes = collections.Counter((finding['format'], finding['field']) for finding in findings)
    remarks = collections.Counter(remark['kind'] for file in files for remark in file.get('remarks', []))
    return causes, remarks, files


def have_schemas():
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        print('skipped: no python3-jsonschema')
        return False
    if not shutil.which('xmllint'):
        print('skipped: no xmllint')
        return False
    return True


def sarif_is_what_its_schema_asks_for(text):
    import jsonschema
    schema = json.loads((SCHEMAS / 'sarif.json').read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.draft7_format_checker).validate(json.loads(text))


def sarif_tells_every_finding_by_its_rule(text, lines):
    causes, remarks, files = told(lines)
    run = json.loads(text)['runs'][0]
    rules = run['tool']['driver']['rules']
    assert len({rule['id'] for rule in rules}) == len(rules)
    results = collections.Counter(result['ruleIndex'] for result in run['results'])
    for result in run['results']:
        assert rules[result['ruleIndex']]['id'] == result['ruleId']
        assert rules[result['ruleIndex']]['defaultConfiguration']['level'] == result['level']
    by_name = {rule['shortDescription']['text']: results[index] for index, rule in enumerate(rules)}
    for (form, field), count in causes.items():
        assert by_name[f'{form} {field}'] == count, (form, field)
    assert by_name['Damaged'] == remarks['damaged'] > 0
    uris = {result['locations'][0]['physicalLocation']['artifactLocation']['uri'] for result in run['results']}
    assert {urllib.parse.unquote_to_bytes(uri) for uri in uris} >= {b'tree/sub/' + name for name in NAMES}
    assert any(location['fullyQualifiedName'] == 'tree/all.zip!in.gz' for result in run['results']
               for location in result['locations'][0].get('logicalLocations', []))
    mtime = next(rule for rule in rules if rule['id'] == 'gzip/MTIME')
    assert mtime['help']['text'] == 'To stop it where it is written: gzip -n.', mtime
    assert run['invocations'] == [{'executionSuccessful': True, 'exitCode': 1}]


def junit_is_what_its_schema_asks_for(text, folder):
    path = folder / 'junit.xml'
    path.write_text(text, encoding='utf-8')
    subprocess.run(['xmllint', '--noout', '--schema', SCHEMAS / 'junit.xsd', path], check=True,
                   stderr=subprocess.DEVNULL)


def junit_counts_what_it_tells(text, lines):
    _, _, files = told(lines)
    suite = ElementTree.fromstring(text).find('testsuite')
    cases = suite.findall('testcase')
    assert int(suite.get('tests')) == len(cases) == len(files)
    for number, element in (('failures', 'failure'), ('errors', 'error'), ('skipped', 'skipped')):
        assert int(suite.get(number)) == len(suite.findall(f'testcase/{element}')), number
    failed = {case.get('name') for case in cases if case.find('failure') is not None}
    assert 'tree/sub/plain.gz' in failed and 'tree/sub/<&"\'>]]>.gz' in failed, failed
    assert 'tree/sub/new\\nline\\x0d.gz' in failed and 'tree/sub/caf\\xe9.gz' in failed, failed
    failure = next(case for case in cases if case.get('name') == 'tree/sub/plain.gz').find('failure')
    assert failure.get('message') == '2 findings', failure.get('message')
    assert 'gzip MTIME: 2027-01-15T08:00:00Z → 2023-11-14T22:13:20Z; stop it: gzip -n' in failure.text


def junit_heeds_strict(folder):
    def outcome(*arguments, status):
        suite = ElementTree.fromstring(check('junit', 'tree/cut.zip', *arguments, cwd=folder, status=status))
        return {case.get('name'): [child.tag for child in case] for case in suite.iter('testcase')}
    os.utime(folder / 'tree/cut.zip', (1600000000, 1600000000))
    assert outcome(status=0) == {'tree/cut.zip': ['skipped']}
    assert outcome('--strict', status=3) == {'tree/cut.zip': ['failure']}


def a_run_with_nothing_to_say_is_a_test_that_passes(folder):
    normal = folder / 'normal'
    normal.mkdir()
    os.utime(normal, (1600000000, 1600000000))
    text = check('junit', 'normal', cwd=folder, status=0)
    cases = list(ElementTree.fromstring(text).iter('testcase'))
    assert len(cases) == 1 and len(cases[0]) == 0, text
    assert check('github', 'normal', cwd=folder, status=0) == '0 files, 0 recognized: nothing to change\n'
    assert json.loads(check('sarif', 'normal', cwd=folder, status=0))['runs'][0]['results'] == []


COMMAND = re.compile(r'::(warning|error|notice) ([^:]*)::(.*)')


def unescaped(text, of_property=False):
    """As the runner's ActionCommand undoes them, '%25' last."""
    for code, character in (('%0D', '\r'), ('%0A', '\n'), *([('%3A', ':'), ('%2C', ',')] if of_property else []),
                            ('%25', '%')):
        text = text.replace(code, character)
    return text


def github_gets_a_warning_a_cause(text, lines):
    causes, remarks, _ = told(lines)
    *commands, summary, _ = text.split('\n')
    assert 'would change' in summary
    parsed = [COMMAND.fullmatch(line).groups() for line in commands]
    counts = {}
    for kind, properties, message in parsed:
        values = {name: unescaped(value, True) for name, value in
                  (each.split('=', 1) for each in properties.split(','))}
        assert kind == 'warning' and set(values) == {'file', 'title'}, values
        if values['title'] != 'damaged':
            counts[values['title']] = int(unescaped(message).split(' ')[0])
    assert counts == {f'{form} {field}': count for (form, field), count in causes.items()}, counts
    assert len(parsed) == len(counts) + remarks['damaged']


def github_shows_names_as_they_are(folder):
    for name in NAMES:
        text = check('github', os.fsdecode(b'tree/sub/' + name), cwd=folder)
        first = COMMAND.fullmatch(text.split('\n')[0])
        file = unescaped(re.search(r'file=([^,]*)', first[2])[1], True)
        assert file == {b'50%25,a:b;c.gz': 'tree/sub/50%25,a:b;c.gz', b'plain.gz': 'tree/sub/plain.gz',
                        b'new\nline\r.gz': 'tree/sub/new\\nline\\x0d.gz'}.get(name, file), file


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_tree(os.fsencode(folder / 'tree'))
        lines = check('jsonl', 'tree', cwd=folder)
        sarif, junit = check('sarif', 'tree', cwd=folder), check('junit', 'tree', cwd=folder)
        if have_schemas():
            sarif_is_what_its_schema_asks_for(sarif)
            junit_is_what_its_schema_asks_for(junit, folder)
        sarif_tells_every_finding_by_its_rule(sarif, lines)
        junit_counts_what_it_tells(junit, lines)
        github_gets_a_warning_a_cause(check('github', 'tree', cwd=folder), lines)
        github_shows_names_as_they_are(folder)
        junit_heeds_strict(folder)
        a_run_with_nothing_to_say_is_a_test_that_passes(folder)


main()

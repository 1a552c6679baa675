"""The page of --format=html in a browser: each function below is one promise, a page of its own."""

import gzip
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'support'))
from browser import DOWN, END, ENTER, ESCAPE, LEFT, Browser, available

PROGRAM = os.environ['NORMALIZE_PROGRAM']
EVIL = '</script><script>document.title="owned"</script>'


def check(*arguments, status=1):
    ran = subprocess.run([PROGRAM, 'check', '--format=html', '--epoch=1700000000', *map(str, arguments)],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert ran.returncode == status, ran.returncode
    return ran.stdout


def make_tree(folder):
    """Two gzip files, a zip with a gzip file in it, a damaged zip, and a name that is markup."""
    (folder / 'lib').mkdir(parents=True)
    for path in ('a.gz', 'lib/b.gz'):
        (folder / path).write_bytes(gzip.compress(b'text', mtime=1800000000))
    with zipfile.ZipFile(folder / 'all.zip', 'w') as archive:
        archive.writestr(zipfile.ZipInfo('in.gz', (2027, 1, 2, 3, 4, 6)), (folder / 'a.gz').read_bytes())
    (folder / 'cut.zip').write_bytes((folder / 'all.zip').read_bytes()[:60])
    (folder / EVIL.replace('/', '')).write_bytes((folder / 'a.gz').read_bytes())
    for path in folder.rglob('*'):
        os.utime(path, (1600000000, 1600000000))
    os.utime(folder, (1600000000, 1600000000))


def page_of(records):
    """A page with other data in it, for what a check does not tell."""
    before, rest = check(status=0, *['/dev/null']).split(b'<script type="application/json" class="data">', 1)
    after = rest.split(b'</script>', 1)[1]
    return before + b'<script type="application/json" class="data">' + records.encode() + b'</script>' + after


def rows(browser):
    return browser.run('return [...document.querySelectorAll("#rows .row")].map(row => row.innerText.replace(/\\s+/g, " "))')


def selected(browser):
    return browser.run('return document.querySelector("#rows [aria-selected=true]")?.innerText.replace(/\\s+/g, " ") ?? ""')


def detail(browser):
    return browser.run('const detail = document.getElementById("detail"); return detail.hidden ? "" : detail.innerText')


def type_filter(browser, text):
    browser.run('globalThis.before = choice.number')
    browser.keys('/', *text)
    browser.wait(f'return choice.words.join(" ") === {text!r} && choice.number > globalThis.before')


def count(browser):
    return browser.run('return document.getElementById("count").innerText')


def tells_causes_first_and_then_the_tree(browser):
    assert browser.run('return document.title') == 'normalize check'
    assert browser.run('return document.getElementById("summary").innerText').startswith('5 files, 5 recognized')
    shown = rows(browser)
    assert any(row.startswith('› gzip MTIME gzip -n 4') for row in shown), shown
    assert shown[-1].startswith('▪ ') or 'Remarks' in ' '.join(shown), shown
    browser.click('#by-path')
    shown = rows(browser)
    assert any(row == '› a.gz would change gzip 1 finding' for row in shown), shown
    assert any(row.startswith('› !in.gz') for row in shown), shown
    browser.keys('t')
    assert any(row.startswith('› gzip MTIME') for row in rows(browser))


def filters_by_path_cause_and_value(browser):
    browser.keys('t')
    all_rows = rows(browser)
    type_filter(browser, 'all.zip mtime')
    assert count(browser).startswith('1 of '), count(browser)
    found = rows(browser)
    assert len(found) == 4 and 'MTIME' in found[-1] and 'in.gz' in found[-2], found
    assert browser.run('return document.querySelectorAll("#rows mark").length') >= 2
    browser.keys(ESCAPE, ESCAPE)
    assert browser.run('return document.getElementById("filter").value') == ''
    assert rows(browser) == all_rows
    type_filter(browser, 'no such thing')
    assert rows(browser) == [] and 'Nothing fits' in browser.run('return document.getElementById("empty").innerText')


def a_find_can_be_folded_and_is_unfolded_by_the_next(browser):
    browser.keys('t')
    type_filter(browser, 'mtime')
    found = len(rows(browser))
    browser.keys(ENTER, 'g', ENTER)
    assert len(rows(browser)) == 1 < found
    type_filter(browser, 'mtim')
    assert len(rows(browser)) == found


def folds_and_unfolds_by_mouse_and_keys(browser):
    browser.keys('t', 'c')
    assert len(rows(browser)) == 1
    browser.click('#rows .row')
    unfolded = rows(browser)
    assert len(unfolded) > 4
    assert browser.run('return document.querySelector("#rows .row").ariaExpanded') == 'true'
    browser.keys(ENTER)
    assert len(rows(browser)) == 1
    browser.keys('l')
    assert rows(browser) == unfolded
    browser.keys('h')
    assert len(rows(browser)) == 1
    browser.click('#unfold')
    assert any(row.startswith('gzip MTIME') for row in rows(browser))
    browser.click('#fold')
    assert len(rows(browser)) == 1


def walks_by_keys_and_tells_the_row_in_full(browser):
    browser.keys('t', 'e')
    shown = rows(browser)
    assert selected(browser) == '' and detail(browser) == ''
    browser.keys('j')
    assert selected(browser) == shown[0]
    browser.keys('j', DOWN, 'k')
    assert selected(browser) == shown[1]
    browser.keys('G')
    assert selected(browser) == shown[-1]
    browser.keys('g', 'k', 'j')
    assert selected(browser) == shown[1]
    assert browser.run('const list = document.getElementById("list");'
                       'return document.getElementById(list.getAttribute("aria-activedescendant")).ariaSelected') == 'true'
    browser.keys('g')
    while 'MTIME' not in selected(browser):
        browser.keys('j')
    assert all(text in detail(browser) for text in ('gzip MTIME', 'gzip -n', '2027-01-15T08:00:00Z',
                                                    'becomes\n2023-11-14T22:13:20Z')), detail(browser)
    path = detail(browser).split('\n')[1]
    browser.keys(LEFT)
    assert path.endswith(selected(browser).split(' ')[1].lstrip('!')), (path, selected(browser))


def hides_and_shows_verdicts(browser):
    browser.keys('t', 'e')
    all_rows = rows(browser)
    assert any(row.startswith('› cut.zip damaged') for row in all_rows), all_rows
    browser.click('#verdicts .bad')
    left = rows(browser)
    assert left and not any('cut.zip' in row for row in left)
    browser.click('#verdicts .bad')
    assert rows(browser) == all_rows


def goes_dark_and_light(browser):
    paper = 'return getComputedStyle(document.body).backgroundColor'
    light = browser.run(paper)
    assert light == 'rgb(251, 251, 249)', light
    browser.click('#theme')
    dark = browser.run(paper)
    assert dark == 'rgb(20, 22, 26)', dark
    browser.keys('d')
    assert browser.run(paper) == light


def tells_its_keys(browser):
    browser.keys('?')
    assert browser.run('return document.getElementById("keys").open')
    before = selected(browser)
    browser.keys('j')
    assert selected(browser) == before
    browser.keys(ESCAPE)
    assert not browser.run('return document.getElementById("keys").open')


def is_a_tree_to_assistive_software(browser):
    browser.keys('t')
    assert browser.run('return document.getElementById("list").role') == 'tree'
    positions = browser.run('return [...document.querySelectorAll("#rows [role=treeitem]")]'
                            '.map(row => [row.ariaLevel, row.ariaPosInSet, row.ariaSetSize])')
    assert positions[0] == ['1', '1', '1'] and positions[1][0] == '2', positions
    unnamed = browser.run('return [...document.querySelectorAll("button, input")]'
                          '.filter(each => !each.innerText && !each.ariaLabel).length')
    assert unnamed == 0


def markup_in_names_is_text(browser):
    assert browser.run('return document.title') == 'normalize check'
    browser.keys('t', 'e')
    assert any(EVIL.replace('/', '') in row for row in rows(browser)), rows(browser)


def shows_diffs_line_by_line(folder):
    records = ('[["n",0,"dir","","quiet","",0],["n",1,"f.txt","different","bad","line 2",0],'
               '["d","@@ -1,2 +1,2 @@\\n same\\n-old\\n+new\\n"]]')
    page = folder / 'diff.html'
    page.write_bytes(page_of(records))
    with Browser() as browser:
        browser.open(page)
        assert rows(browser)[-4:] == ['@@ -1,2 +1,2 @@', ' same', '-old', '+new'], rows(browser)
        assert browser.run('return document.querySelectorAll("#rows .plus, #rows .minus").length') == 2
        assert rows(browser)[0].startswith('› dir/f.txt different line 2'), rows(browser)


def tells_what_diff_found(folder):
    for side, line, time in (('A', 'old', 1), ('B', 'new', 2)):
        (folder / side).mkdir()
        (folder / side / 'f.txt').write_text(f'same\n{line}\n')
        (folder / side / 'f.gz').write_bytes(gzip.compress(b'text', mtime=time))
    (folder / 'A' / 'gone').write_text('gone\n')
    ran = subprocess.run([PROGRAM, 'diff', '--format=html', folder / 'A', folder / 'B'], stdout=subprocess.PIPE)
    assert ran.returncode == 1
    (folder / 'of-diff.html').write_bytes(ran.stdout)
    with Browser(dark=True) as browser:
        browser.open(folder / 'of-diff.html')
        assert browser.run('return document.title') == 'normalize diff'
        assert browser.run('return document.documentElement.dataset.theme') == 'dark'
        shown = rows(browser)
        assert any(row.endswith('f.gz equal once normalized 1 finding') for row in shown), shown
        assert any(row.startswith('gone only in A') for row in shown), shown
        type_filter(browser, 'f.txt')
        found = rows(browser)
        assert found[0] == '› f.txt different text' and found[-3:] == [' same', '-old', '+new'], found
        browser.keys(ENTER, 'g', ENTER)
        assert rows(browser) == found[:1], rows(browser)
        assert browser.complaints() == []


def follows_a_dark_system(folder):
    with Browser(dark=True) as browser:
        browser.open(folder / 'page.html')
        assert browser.run('return document.documentElement.dataset.theme') == 'dark'


def a_normal_tree_is_told_too(folder):
    page = folder / 'normal.html'
    page.write_bytes(check('/dev/null', status=0))
    with Browser() as browser:
        browser.open(page)
        assert 'left alone' in ' '.join(rows(browser)), rows(browser)


def opens_a_hundred_thousand_findings(folder):
    big = folder / 'big'
    big.mkdir()
    with zipfile.ZipFile(big / 'big.zip', 'w') as archive:
        for number in range(60_000):
            info = zipfile.ZipInfo(f'dir{number % 100}/member{number}', (2027, 1, 2, 3, 4, 6))
            info.external_attr = 0o100666 << 16
            archive.writestr(info, b'')
    page = folder / 'big.html'
    page.write_bytes(check(big))
    with Browser() as browser:
        browser.open(page)
        found = int(count(browser).split(' ')[0].replace(',', ''))
        assert found >= 100_000, found
        elements = 'return document.querySelectorAll("*").length'
        assert browser.run(elements) < 1500
        browser.keys('t', 'e', END)
        assert browser.run(elements) < 1500
        assert 'member9999' in ' '.join(rows(browser)), rows(browser)[-5:]
        type_filter(browser, 'member59999')
        assert count(browser).startswith('2 of '), count(browser)
        took = browser.run('const timing = performance.getEntriesByType("navigation")[0]; return timing.domComplete')
        print(f'{found} findings, {page.stat().st_size} bytes: open after {took:.0f} ms')
        assert browser.complaints() == []


IN_A_BROWSER = [tells_causes_first_and_then_the_tree, filters_by_path_cause_and_value,
                a_find_can_be_folded_and_is_unfolded_by_the_next, folds_and_unfolds_by_mouse_and_keys,
                walks_by_keys_and_tells_the_row_in_full, hides_and_shows_verdicts, goes_dark_and_light,
                tells_its_keys, is_a_tree_to_assistive_software, markup_in_names_is_text]
ON_THEIR_OWN = [shows_diffs_line_by_line, tells_what_diff_found, follows_a_dark_system,
                a_normal_tree_is_told_too, opens_a_hundred_thousand_findings]


def main():
    if not available():
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_tree(folder / 'tree')
        (folder / 'page.html').write_bytes(check(folder / 'tree'))
        with Browser() as browser:
            for promise in IN_A_BROWSER:
                print(promise.__name__.replace('_', ' '), flush=True)
                browser.open(folder / 'page.html')
                browser.run('try { localStorage.clear() } catch {}')
                promise(browser)
                assert browser.complaints() == []
        for promise in ON_THEIR_OWN:
            print(promise.__name__.replace('_', ' '), flush=True)
            promise(folder)


main()

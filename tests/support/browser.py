"""A page in headless Chromium, by plain WebDriver (W3C WebDriver, https://www.w3.org/TR/webdriver2/).

    with Browser() as browser:
        browser.open('/tmp/report.html')
        browser.keys('j', ENTER)
        browser.run('return document.title')

available() tells whether there is a browser here, and says "skipped" where there is none.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

ENTER, ESCAPE, DOWN, LEFT, END = '\ue007', '\ue00c', '\ue015', '\ue012', '\ue010'
_ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'


def available():
    for tool in ('chromium', 'chromedriver'):
        if not shutil.which(tool):
            print(f'skipped: no {tool}')
            return False
    return True


class Browser:
    def __init__(self, dark=False, size=(1280, 820)):
        self.folder = tempfile.TemporaryDirectory()
        self.arguments = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
                          f'--user-data-dir={self.folder.name}', f'--window-size={size[0]},{size[1]}']
        if dark:
            self.arguments.append('--blink-settings=preferredColorScheme=0')

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        self.url = f'http://127.0.0.1:{port}'
        self.driver = subprocess.Popen(['chromedriver', f'--port={port}'], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env={**os.environ, 'HOME': self.folder.name})
        self._wait_for_driver()
        options = {'binary': shutil.which('chromium'), 'args': self.arguments}
        session = self._send('POST', '/session', {'capabilities': {'alwaysMatch': {
            'goog:chromeOptions': options, 'goog:loggingPrefs': {'browser': 'ALL'}}}})
        self.url += '/session/' + session['sessionId']
        return self

    def __exit__(self, *_):
        try:
            self._send('DELETE', '')
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.folder.cleanup()

    def _wait_for_driver(self):
        for _ in range(200):
            try:
                return self._send('GET', '/status')
            except OSError:
                time.sleep(0.05)
        raise RuntimeError('chromedriver does not answer')

    def _send(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {'Content-Type': 'application/json'}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def open(self, path):
        self._send('POST', '/url', {'url': 'file://' + os.path.abspath(path)})

    def run(self, script, *arguments):
        """What a function body returns."""
        return self._send('POST', '/execute/sync', {'script': script, 'args': list(arguments)})

    def keys(self, *keys):
        """Presses and lets go, one after the other, wherever the focus is."""
        actions = [{'type': kind, 'value': key} for key in keys for kind in ('keyDown', 'keyUp')]
        self._send('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keyboard', 'actions': actions}]})

    def click(self, selector):
        found = self._send('POST', '/element', {'using': 'css selector', 'value': selector})
        self._send('POST', f'/element/{found[_ELEMENT]}/click', {})

    def wait(self, script, seconds=20):
        """Until the function body returns something true."""
        end = time.monotonic() + seconds
        while not self.run(script):
            if time.monotonic() > end:
                raise AssertionError('still not so: ' + script)
            time.sleep(0.02)

    def complaints(self):
        """What the page has brought onto the console: errors, and loads that its policy forbade."""
        return [entry['message'] for entry in self._send('POST', '/se/log', {'type': 'browser'})]

    def screenshot(self, path):
        with open(path, 'wb') as file:
            file.write(base64.b64decode(self._send('GET', '/screenshot')))

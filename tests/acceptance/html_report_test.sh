#!/bin/bash
# Opens the page of a run in headless Chromium and uses it as people do.
exec /usr/bin/python3 "$(dirname "$0")/html_report.py"

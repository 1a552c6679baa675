#!/bin/bash
# Reads the reports for other services as they do: by schema, by their own rules for escapes, and
# against the JSON Lines, which tell everything.
exec /usr/bin/python3 "$(dirname "$0")/report_formats.py"

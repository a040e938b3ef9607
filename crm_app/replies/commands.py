"""`read-reply` on the command line: what each line of stdin asks of us, as a line of JSON."""

import json
import sys

from crm_app.replies import reader
from crm_app.terminal import show


def command() -> int:
    """Read a text a line and show its verdict at once; bytes that are no UTF-8 are replaced."""
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        found = reader.read(text)
        told = {"text": text, "verdict": found.verdict, "because": found.because}
        show(json.dumps(told))
    return 0

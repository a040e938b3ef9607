"""What a command tells the person at the terminal: plain words on stderr, results on stdout."""

import sys


def say(text: str) -> None:
    """Write one line of progress to stderr; a closed terminal is no reason to fail."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        return


def show(text: str) -> None:
    """Write a result to stdout, the only thing that goes there."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()

"""`do-not-call KIND --dated YYYY-MM-DD FILE…` on the command line: load a do-not-call list."""

import argparse
from datetime import date
from pathlib import Path

from crm_app import db
from crm_app.auth.commands import owner
from crm_app.compliance.gate_rules import LISTED
from crm_app.errors import CrmError
from crm_app.screening.actions import in_words, load_list
from crm_app.screening.reading import decode
from crm_app.terminal import say, show


def command(args: list[str]) -> int:
    """Load files as one list, in the owner's name; 0 also when lines were refused, and told."""
    parser = argparse.ArgumentParser(prog="python -m crm_app do-not-call")
    parser.add_argument("kind", choices=list(LISTED))
    parser.add_argument("--dated", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD",
                        help="when its publisher made it")  # fmt: skip
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE",
                        help="all its parts: what is in none of them leaves the list")  # fmt: skip
    parser.add_argument("--sure", action="store_true", help="also if older or much shorter")
    given = parser.parse_args(args)
    for file in given.files:
        if not file.is_file():
            raise CrmError(f"There is no file {file}.")
    words = "\n".join(decode(file.read_bytes()).removesuffix("\n") for file in given.files)
    with db.transaction() as session:
        told = (given.kind, words, given.dated, owner(session))
        loaded = load_list(session, *told, is_sure=given.sure)
    for line in loaded.refused:
        say(line)
    show(in_words(given.kind, loaded))
    return 0

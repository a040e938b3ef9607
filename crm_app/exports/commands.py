"""`export contacts|properties|messages [--list NAME] [--out FILE]`: CSV on stdout or to a file."""

import argparse
import sys
from pathlib import Path

from crm_app.db import transaction
from crm_app.errors import CrmError
from crm_app.exports.csv_out import pieces
from crm_app.exports.queries import WHAT, rows


def command(args: list[str]) -> int:
    """Write the export as UTF-8, without the mark that Excel wants: a program reads it."""
    parser = argparse.ArgumentParser(prog="crm_app export")
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--list", default="", metavar="NAME", help="only the people on this list")
    parser.add_argument("--out", type=Path, metavar="FILE", help="instead of stdout")
    given = parser.parse_args(args)
    with transaction() as session:
        found = pieces(rows(session, None, given.what, given.list), "")
        if given.out:
            try:
                with given.out.open("wb") as file:
                    file.writelines(found)
            except OSError as problem:
                raise CrmError(f"{given.out} cannot be written: {problem.strerror}.") from None
        else:
            sys.stdout.buffer.writelines(found)
            sys.stdout.flush()
    return 0

"""`import FILE [--list NAME] [--json]`: the same path as the upload, in this process."""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from crm_app import db
from crm_app.errors import CrmError
from crm_app.imports import actions, queries, tasks
from crm_app.terminal import say, show


def command(args: list[str]) -> int:
    """Import a file; 0 when it was applied (rows may be refused), 1 with a sentence when not."""
    parser = argparse.ArgumentParser(prog="crm_app import")
    parser.add_argument("file", type=Path)
    parser.add_argument("--list", default="", metavar="NAME", help="the list it makes or adds to")
    parser.add_argument("--json", action="store_true", help="the result as one line of JSON")
    given = parser.parse_args(args)
    result = import_file(given.file, given.list)
    show(json.dumps(result) if given.json else "\n".join(_lines(result)))
    return 0


def import_file(path: Path, list_name: str) -> dict[str, Any]:
    """Import a file and return the result as the command line's JSON; raise CrmError."""
    if not path.is_file():
        raise CrmError(f"There is no file {path}.")
    stored_as = f"{uuid4().hex}.csv"
    shutil.copyfile(path, actions.folder() / stored_as)
    with db.transaction() as session:
        import_id = actions.take_in(
            session, file_name=path.name, stored_as=stored_as, list_name=list_name, user_id=None
        )
    _apply(import_id)
    with db.transaction() as session:
        return queries.result(session, import_id)


def _apply(import_id: int) -> None:
    """Apply it here, or let a worker finish that took it first."""
    again = 2
    while True:
        try:
            tasks.run_now(import_id, wait=True)
            return
        except psycopg.errors.UniqueViolation:
            if not again:
                raise
            again -= 1
            say("Somebody saved one of these numbers meanwhile. Once more.")
        except CrmError as problem:
            with db.transaction() as session:
                actions.refuse(session, import_id, str(problem))
            raise


def _lines(result: dict[str, Any]) -> list[str]:
    """The result in plain words."""
    houses, people = result["properties"], result["contacts"]
    return [
        f"{result['rows']} rows in {result['seconds']} s.",
        f"Properties: {houses['created']} created, {houses['updated']} updated,"
        f" {houses['unchanged']} unchanged, {houses['failed']} failed.",
        f"Contacts: {people['created']} created, {people['updated']} updated,"
        f" {people['unchanged']} unchanged; {result['refused_phones']} phone cells refused.",
        *(f"Line {row['line']}: {row['reason']}" for row in result["rejected"]),
    ]

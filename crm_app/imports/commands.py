"""`import FILE [--list NAME] [--json]`: the same path as the upload, in this process."""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from crm_app import db
from crm_app.errors import CrmError
from crm_app.imports import actions, queries, tasks
from crm_app.imports.models import Import
from crm_app.terminal import show


def command(args: list[str]) -> int:
    """Import a file; 0 when it was applied (rows may be refused), 1 with a sentence when not."""
    parser = argparse.ArgumentParser(prog="crm_app import")
    parser.add_argument("file", type=Path)
    parser.add_argument("--list", default="", metavar="NAME", help="the list it makes or adds to")
    parser.add_argument("--json", action="store_true", help="the result as one line of JSON")
    given = parser.parse_args(args)
    result = import_file(given.file, given.list)
    show(json.dumps(result, indent=None if given.json else 1))
    return 0


def import_file(path: Path, list_name: str) -> dict[str, Any]:
    """Import a file and return the result as the command line's JSON; raise CrmError."""
    if not path.is_file():
        raise CrmError(f"There is no file {path}.")
    stored_as = f"{uuid4().hex}.csv"
    shutil.copyfile(path, actions.folder() / stored_as)
    with db.transaction() as session:
        import_id = actions.take_in(session, path.name, stored_as, list_name, is_approved=True)
    while True:  # again when somebody saved one of its numbers meanwhile; TRIES ends it
        tasks.run(import_id, wait=True)
        with db.transaction() as session:
            found = session.get_one(Import, import_id)
            if found.error:
                raise CrmError(found.error)
            if found.finished_at:
                return queries.result(session, import_id)

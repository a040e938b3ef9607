"""`import FILE` and `import-undo ID`: the same path as the screen's, in this process."""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from crm_app import db
from crm_app.auth.commands import owner
from crm_app.errors import CrmError
from crm_app.importing.words import LABELS
from crm_app.imports import actions, queries, tasks
from crm_app.imports.models import Import, ImportState, Mode
from crm_app.terminal import show

_RESTS = (ImportState.PLANNED, ImportState.APPLIED, ImportState.CANCELLED, ImportState.UNDONE)


def command(args: list[str]) -> int:
    """Import a file; 0 when it was applied (rows may be refused), 1 with a sentence when not."""
    parser = argparse.ArgumentParser(prog="crm_app import")
    parser.add_argument("file", type=Path)
    parser.add_argument("--list", default="", metavar="NAME", help="the list it makes or adds to")
    parser.add_argument("--recipe", default="", metavar="NAME", help="a known or kept mapping")
    parser.add_argument("--mode", choices=list(Mode), default=Mode.FILL, type=Mode,
                        help="what is there: filled (default), updated, or left")  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="plan it, and write nothing")
    parser.add_argument("--json", action="store_true", help="the result as one line of JSON")
    given = parser.parse_args(args)
    options = {"mode": given.mode, "recipe": given.recipe, "is_approved": not given.dry_run}
    show(
        json.dumps(import_file(given.file, given.list, **options), indent=None if given.json else 1)
    )
    return 0


def import_file(path: Path, list_name: str, **options: Any) -> dict[str, Any]:
    """Import a file, or only plan it, and return the command line's JSON; raise CrmError."""
    if not path.is_file():
        raise CrmError(f"There is no file {path}.")
    stored_as = f"{uuid4().hex}.csv"
    with db.transaction() as session:
        told: Any = {"is_approved": True} | options
        import_id = actions.take_in(session, path.name, stored_as, list_name, **told)
        shutil.copyfile(path, actions.folder() / stored_as)
    return _settle(import_id)


def undo(args: list[str]) -> int:
    """Take an import back; 0 when that is done, with the reasons of what stayed as JSON."""
    parser = argparse.ArgumentParser(prog="crm_app import-undo")
    parser.add_argument("id", type=int)
    import_id = parser.parse_args(args).id
    with db.transaction() as session:
        actions.undo(session, owner(session), import_id)
    told: dict[str, Any] = {"import_id": import_id, "state": _settle(import_id)["state"]}
    with db.transaction() as session:
        show(json.dumps(told | {"stayed": queries.stayed(session, import_id)}))
    return 0


def _settle(import_id: int) -> dict[str, Any]:
    """Do the worker's part until the import rests; raise CrmError when it cannot go on."""
    while True:  # again when somebody saved one of its numbers meanwhile; TRIES ends it
        tasks.run(import_id, wait=True)
        with db.transaction() as session:
            found = session.get_one(Import, import_id)
            if found.state is ImportState.MAPPING:
                raise CrmError(LABELS["unknown"].format(found.file_name, import_id))
            if found.error:
                raise CrmError(found.error)
            if found.state in _RESTS:
                return queries.result(session, import_id)

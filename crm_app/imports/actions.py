"""The life of an import: taken in, read, planned, approved, applied; what a person decides."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from crm_app import clock, live, times
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Basis
from crm_app.contacts.models import ContactList
from crm_app.errors import CrmError
from crm_app.imports import apply, staging
from crm_app.imports.models import Import, ImportOutcome, ImportRow, ImportState, Mode, Recipe
from crm_app.imports.steps import LOCKED, end, go_to
from crm_app.imports.undo import DAYS, must_be_undoable
from crm_app.intake import recipes

S = ImportState
PROOFS = ("", Basis.ASKED, Basis.CUSTOMER, Basis.WRITTEN)  # of what a file may be the proof
folder = staging.folder


def take_in(
    session: Session, /, file_name: str, stored_as: str, list_name: str,
    user_id: int | None = None, *, recipe: str = "", is_approved: bool = False, **options: str,
) -> int:  # fmt: skip
    """Note a file that lies in `folder()` and return the import's id; nothing is read yet.

    `options` are mode, tag and basis; `is_approved`: it is applied without anybody looking at its
    plan.
    """
    at = clock.now(session)
    made = Import(file_name=file_name[:200], stored_as=stored_as, created_by=user_id, created_at=at)
    made.recipe, made.is_approved = recipe[:80], is_approved
    named = list_name.strip() or f"{Path(file_name).stem[:100]} {times.local(at).date()}"
    _choose(made, list_name=named, **options)
    session.add(made)
    session.flush()
    return made.id


def _choose(found: Import, **options: str) -> None:
    for name, longest in (("list_name", 120), ("tag", 40), ("basis", 20), ("mode", 20)):
        if name in options:
            setattr(found, name, " ".join(options[name].split())[:longest])
    if found.mode not in list(Mode):
        raise CrmError("Choose fill, update or skip.")
    if found.basis not in PROOFS:
        raise CrmError("Choose what they consented to: a quote, being a customer, or in writing.")
    if found.basis and not found.created_by:
        raise CrmError("Who vouches for their consent? Import this list in the browser.")
    if not found.list_name:
        raise CrmError("Give the list a name.")


def _found(session: Session, person: Person, import_id: int, *states: ImportState) -> Import:
    """The import, locked, when it is in one of the states; what a person sees may be old."""
    person.must(Permission.IMPORT)
    found = session.get(Import, import_id, with_for_update=LOCKED, populate_existing=True)
    if found is None:
        raise CrmError(f"There is no import {import_id}.")
    if found.state not in states:
        raise CrmError(f"Import {import_id} is {found.state} now, so this cannot be done with it.")
    return found


def set_mapping(
    session: Session, person: Person, import_id: int, mapping: list[dict[str, str]], name: str
) -> None:
    """Say what the columns are; with a `name` it is remembered for files with the same columns."""
    found = _found(session, person, import_id, S.MAPPING, S.PLANNED)
    if [one["column"] for one in mapping] != found.header:
        raise CrmError("These are not the columns of this file. Load the page again.")
    recipes.check(mapping)
    if name := " ".join(name.split())[:80]:
        key = recipes.header_key(found.header)
        kept = session.exec(select(Recipe).where(Recipe.header_key == key)).first() or Recipe(
            name=name, header_key=key, mapping=[], created_at=clock.now(session)
        )
        taken = session.exec(select(Recipe.header_key).where(Recipe.name == name)).first()
        if name in recipes.recipes() or taken not in (None, key):
            raise CrmError(f"There is a recipe {name} already. Give it another name.")
        kept.name, kept.mapping, kept.created_by = name, mapping, person.id
        session.add(kept)
        found.recipe = name
    found.mapping, found.sureness = mapping, 100
    go_to(session, found, S.READING)


def set_options(session: Session, person: Person, import_id: int, /, **options: str) -> None:
    """Change mode, list_name, tag or basis; what is planned is planned again."""
    found = _found(session, person, import_id, S.MAPPING, S.PLANNED)
    _choose(found, **options)
    go_to(session, found, S.PLANNING if found.state is S.PLANNED else found.state)


def fix_cell(
    session: Session, person: Person, import_id: int, line: int, column: int, value: str
) -> None:
    """Put one cell of a planned file right (`column` from 0); it is planned again."""
    found = _found(session, person, import_id, S.PLANNED)
    staging.read_again(session, found, line, column, value)
    go_to(session, found, S.PLANNING)


def overwrite(session: Session, person: Person, import_id: int, line: int, on: bool) -> None:
    """Let a row overwrite what a person here typed, or not; it is planned again."""
    found = _found(session, person, import_id, S.PLANNED)
    row = session.get(ImportRow, (import_id, line))
    if row is None:
        raise CrmError("There is no such row in this file. Load the page again.")
    row.is_overwriting = on
    go_to(session, found, S.PLANNING)


def approve(session: Session, person: Person, import_id: int, /, **options: str) -> bool:
    """Let what is planned be applied; with other `options` than planned, plan again: False."""
    found = _found(session, person, import_id, S.PLANNED)
    _choose(found, **options)
    if session.is_modified(found):
        go_to(session, found, S.PLANNING)
        return False
    named = session.exec(select(ContactList.id).where(ContactList.name == found.list_name)).first()
    apply.refuse_attested(session, named or 0, found.list_name, found.counts["added"])
    found.is_approved = True
    go_to(session, found, S.APPLYING)
    return True


def cancel(session: Session, person: Person, import_id: int) -> None:
    """Stop an import: at once, or when its batch is done; what is applied stays applied."""
    waiting = (S.UPLOADED, S.MAPPING, S.PLANNED)
    found = _found(session, person, import_id, *waiting, S.READING, S.PLANNING, S.APPLYING)
    if found.state in waiting:
        end(session, import_id, "")
    else:
        found.is_cancelling = True
        live.publish(session, "import", import_id)


def _rows_written(session: Session, found: Import) -> int:
    done = select(func.count()).where(
        ImportOutcome.import_id == found.id, col(ImportOutcome.is_done)
    )
    return session.exec(done).one()


def resume(session: Session, person: Person, import_id: int) -> None:
    """Go on with what was cancelled or failed, its undo too: where it stood, else from the file."""
    found = _found(session, person, import_id, S.CANCELLED, S.FAILED)
    if clock.now(session) > (found.finished_at or found.created_at) + timedelta(DAYS):
        raise CrmError(f"This import stopped more than {DAYS} days ago. Import the file anew.")
    if found.undone_at:
        go_to(session, found, S.UNDOING)
        return
    done = _rows_written(session, found)
    found.finished_at, found.is_approved = None, found.is_approved and done > 0
    go_to(session, found, S.APPLYING if done else S.READING if found.mapping else S.UPLOADED)
    found.rows_done = done


def discard(session: Session, person: Person, import_id: int) -> None:
    """Delete an import that wrote nothing: its record, rows and file."""
    found = _found(session, person, import_id, S.MAPPING, S.PLANNED, S.CANCELLED, S.FAILED)
    if found.list_id:  # known since its first rows were written
        raise CrmError("Rows of this import are written. Undo it instead.")
    for table in (ImportOutcome, ImportRow):
        session.exec(delete(table).where(col(table.import_id) == import_id))
    session.delete(found)
    (folder() / found.stored_as).unlink(missing_ok=True)
    live.publish(session, "import", import_id)


def undo(session: Session, person: Person, import_id: int) -> None:
    """Take back what an import wrote, within 30 days."""
    found = _found(session, person, import_id, S.APPLIED, S.CANCELLED, S.FAILED)
    must_be_undoable(session, found)
    if not _rows_written(session, found):
        raise CrmError("Nothing of this import was written, so there is nothing to undo.")
    found.undone_at = clock.now(session)
    go_to(session, found, S.UNDOING)

"""Verbs of to-dos: write, finish, reopen; and following the reasons of the rules."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.errors import CrmError
from crm_app.work.models import OPEN, WorkItem
from crm_app.work.queries import MAY_SEE, TodoRow, assignable, given, subject

RULE, LONGEST = "a rule", 200  # who writes what nobody wrote; letters of a title
_END = (
    "update work_item set status = 'completed', done_at = :now, done_by = :by,"
    f" version = version + 1, updated_at = :now, updated_by = :name where {OPEN}"
    " and cause is not null and {} returning id"
)
_OF_THREAD = text(_END.format("conversation_id = :thread"))
# What a person opened again stays until a person is through with it.
_NOT_OF = text(_END.format("not cause = any(:causes) and not metadata ? 'kept'"))


def write(
    session: Session, person: Person, title: str, due: date | None = None, whose: int | None = None,
    *, changes: tuple[str, int] | None = None, thread: int = 0, contact: int = 0,
) -> str:  # fmt: skip
    """Write a to-do, maybe about a thread or contact that `person` may see; return its id.

    `changes`: (id, version) of the one that is written anew. Raises CrmError when somebody else
    changed that since, and for a title, person or contact that will not do.
    """
    person.must(Permission.SEE_PEOPLE)
    title, now = " ".join(title.replace("\x00", "").split()), clock.now(session)
    if not 0 < len(title) <= LONGEST:
        raise CrmError(f"Say in up to {LONGEST} letters what is to be done.")
    if whose is not None and str(whose) not in dict(assignable(session)):
        raise CrmError("Choose somebody who works here, or nobody.")
    about, _ = subject(session, person, thread, contact)
    if (thread or contact) and not about:
        raise CrmError("There is no such conversation or contact, or it is not assigned to you.")
    item = _mine(session, person, *changes) if changes else WorkItem(
        version=0, conversation_id=thread or None, contact_id=about or None, title=title,
        created_at=now, created_by=person.name, updated_at=now, updated_by=person.name,
    )  # fmt: skip
    item.title, item.due, item.assigned_to = title, due, whose
    return str(_written(session, item, person).id)


def settle(
    session: Session, person: Person, item_id: str, version: int, how: str = "done"
) -> TodoRow:
    """Finish ("done") or open a to-do again, and return it; CrmError if it was changed since.

    What is opened again ("again") no rule ends any more, unless that undoes a slip ("undo").
    """
    item, is_done = _mine(session, person, item_id, version), how == "done"
    item.status = "completed" if is_done else "active"
    item.done_at, item.done_by = (clock.now(session), person.id) if is_done else (None, None)
    item.details = item.details | ({"kept": True} if how == "again" else {})
    return TodoRow(item_id, _written(session, item, person).version, item.title)


def follow(session: Session, reasons: Sequence[Mapping[str, Any]]) -> None:
    """Let the rules' to-dos follow all reasons that hold: each makes one, once, and ends it.

    A reason has `cause`, `title`, `due`, `assigned_to`, `conversation_id` and `contact_id`. One
    whose to-do was done is never made again.
    """
    now, causes = clock.now(session), [one["cause"] for one in reasons]
    by = {"now": now, "by": None, "name": RULE}
    ended = session.execute(_NOT_OF, {"causes": causes} | by).all()
    query = text("select cause from work_item where cause = any(:causes)")
    known = set(session.execute(query, {"causes": causes}).scalars())
    told = {"created_at": now, "updated_at": now, "created_by": RULE, "updated_by": RULE}
    new = [WorkItem(**{**told, **one}).model_dump() for one in reasons if one["cause"] not in known]
    if new:
        session.execute(insert(WorkItem).on_conflict_do_nothing(), new)
    if new or ended:
        live.publish(session, "work")


def finish_thread(session: Session, conversation_id: int, person: Person) -> None:
    """Finish what the rules ask for in a thread: a person says that it needs no answer."""
    by = {"now": clock.now(session), "by": person.id, "name": person.name}
    if session.execute(_OF_THREAD, {"thread": conversation_id} | by).all():
        live.publish(session, "work")


def _mine(session: Session, person: Person, item_id: str, version: int) -> WorkItem:
    """Return the locked to-do if this person may see it and nobody changed it since `version`."""
    person.must(Permission.SEE_PEOPLE)
    try:
        query = select(WorkItem).where(WorkItem.id == UUID(item_id), text(MAY_SEE))
    except ValueError:
        raise CrmError("This is no to-do. Load the page anew.") from None
    query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query, params=given(person)).first()
    if found is None or found.deleted_at:
        raise CrmError("There is no such to-do, or it is somebody else's.")
    if found.version != version:
        who = f"{found.updated_by[:1].upper()}{found.updated_by[1:]}"  # "a rule", or a name
        raise CrmError(f"{who} changed this to-do. Look at it again.")
    return found


def _written(session: Session, item: WorkItem, person: Person) -> WorkItem:
    now, version = clock.now(session), item.version + 1
    item.version, item.updated_at, item.updated_by = version, now, person.name
    session.add(item)
    session.flush()
    live.publish(session, "work")
    return item

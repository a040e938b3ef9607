"""Two contacts become one, everything comes along, no suppression is freed; or they are two."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.facts import Basis
from crm_app.compliance.gate_rules import DAYS
from crm_app.contacts.actions import refresh_houses
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.conversations.actions import decide_anew
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import tell
from crm_app.errors import CrmError
from crm_app.merging.combine import combine
from crm_app.merging.models import Merge, NotSame
from crm_app.tables import read_sql
from crm_app.times import local

# What has a contact_id; numbers carry suppression, consent and decisions with them, by E.164.
MOVED = {
    "phone_number": ("number", "numbers"), "contact_property": ("tie", "ties to houses"),
    "conversation": ("thread", "threads"), "outbox": ("text of ours", "texts of ours"),
    "media": ("photo", "photos"), "work_item": ("to-do", "to-dos"),
}  # fmt: skip
SQL = read_sql(__file__)
LEAP = 1_000  # a page opened between merge and undo never has the version of a later edit
_IMAGE = "select to_jsonb(t) - 'search' - 'houses' from {} t where id = :id"
_OWN = "select cast(id as text) from {} where contact_id = :kept"
_MOVE = "update {} set contact_id = :kept where contact_id = :gone returning cast(id as text)"


def merge(
    session: Session, person: Person, kept_id: int, gone_id: int, seen: Collection[int],
    chosen: Collection[str] = (),
) -> int:  # fmt: skip
    """Put `gone` into `kept` and return the merge's id; raise CrmError when either changed.

    `seen` are the versions of both as the person saw them, `chosen` the fields (of
    `review.FIELDS`, or an extra's) of which the other one's value is to stay.
    """
    person.must(Permission.MERGE)
    numbers = lock(session, kept_id, gone_id)
    kept, gone = _two(session, kept_id, gone_id, seen)
    ids, now = {"kept": kept_id, "gone": gone_id}, clock.now(session)
    before = [image(session, "contact", one) for one in ids.values()]
    combine(kept, gone, chosen, f"{person.name}, {local(now):%b %-d, %Y}")
    gone.deleted_at, gone.merged_into = now, kept_id
    for one in (kept, gone):
        one.version, one.updated_at = one.version + LEAP, now
    session.flush()
    moved = _move(session, ids, now - timedelta(DAYS[Basis.ATTESTED]))
    refresh_houses(session, [kept_id])
    moved["judged"] = _judge(session, ids, now, person.id)
    for name, was in zip(ids, before, strict=True):
        moved[name] = _changed(was, image(session, "contact", ids[name]))
    done = Merge(kept_id=kept_id, gone_id=gone_id, moved=moved, by_user=person.id, at=now)
    session.add(done)
    announce(session, numbers, *ids.values())
    session.expire_all()
    return done.id


def not_the_same(session: Session, person: Person, one_id: int, other_id: int) -> None:
    """Remember that these two contacts are two: they are not shown as one again."""
    person.must(Permission.MERGE)
    a, b = sorted((one_id, other_id))
    if a == b or len(session.exec(select(Contact.id).where(col(Contact.id).in_((a, b)))).all()) < 2:
        raise CrmError("One of the two is there no more. Look again.")
    two = insert(NotSame).values(a_id=a, b_id=b, by_user=person.id, at=clock.now(session))
    session.execute(two.on_conflict_do_nothing())


def lock(session: Session, *contact_ids: int) -> list[str]:
    """Lock the numbers of contacts, as every claim does, then the contacts; return the numbers."""
    query = select(PhoneNumber.e164).where(col(PhoneNumber.contact_id).in_(contact_ids))
    numbers = list(session.exec(query.order_by(col(PhoneNumber.e164))))
    for e164 in numbers:
        lock_number(session, e164)
    rows = select(Contact).where(col(Contact.id).in_(contact_ids)).order_by(col(Contact.id))
    fresh = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    session.exec(fresh).all()
    return numbers


def announce(session: Session, numbers: list[str], *contact_ids: int) -> None:
    """Flush, and let the screens that show these read again."""
    session.flush()
    for e164 in numbers:
        tell(session, e164)
    for contact_id in contact_ids:
        live.publish(session, "contact", contact_id)


def _two(
    session: Session, kept_id: int, gone_id: int, seen: Collection[int]
) -> tuple[Contact, Contact]:
    kept, gone = (session.get(Contact, one) for one in (kept_id, gone_id))
    if kept is None or gone is None or kept_id == gone_id or kept.deleted_at or gone.deleted_at:
        raise CrmError("One of the two is there no more. Look again.")
    if [kept.version, gone.version] != list(seen):
        raise CrmError("Somebody changed one of the two meanwhile. Look at both again, then merge.")
    return kept, gone


def _move(session: Session, ids: dict[str, int], since: datetime) -> dict[str, Any]:
    """Move all rows; return what an undo needs: ids by table, and the rows that both had."""
    moved: dict[str, Any] = {"own": {}, "rows": {}}
    for table in MOVED:
        moved["own"][table] = list(session.execute(text(_OWN.format(table)), ids).scalars())
    moved["shift"] = session.execute(SQL["shift"], ids).scalar_one()
    session.execute(SQL["behind"], ids | {"shift": moved["shift"]})
    twins = session.execute(SQL["twins"], ids).all()
    moved["twins"] = [[gone, was["id"], *_changed(was, then)] for gone, was, then in twins]
    moved["on_both"] = list(session.execute(SQL["on_both"], ids).scalars())
    moved["lists"] = list(session.execute(SQL["lists"], ids | {"attested_since": since}).scalars())
    for table in MOVED:
        moved["rows"][table] = list(session.execute(text(_MOVE.format(table)), ids).scalars())
    return moved


def _judge(session: Session, ids: dict[str, int], now: datetime, user_id: int) -> list[Any]:
    """Let the gate decide anew on what waits for either; return the rows that changed so."""
    judged = []
    for row in session.execute(SQL["waiting"], ids).all():
        told = decide_anew(session, [row], now, user_id, stage="merge")[0].decision
        was, never = image(session, "outbox", row.id), told.never
        then = {
            "id": row.id,
            "state": "never" if never else "waiting",
            "at": now if never else None,
        }
        then["because"] = row.because if told.allowed else told.reasons[0].text
        session.execute(SQL["judged"], then | {"is_held": told.waits_for_person})
        judged.append([row.id, *_changed(was, image(session, "outbox", row.id))])
    return judged


def image(session: Session, table: str, row_id: int) -> dict[str, Any]:
    """Return a row as JSON, without what is worked out from others; empty when it is gone."""
    return session.execute(text(_IMAGE.format(table)), {"id": row_id}).scalar() or {}


def _changed(was: dict[str, Any], then: dict[str, Any]) -> list[dict[str, Any]]:
    keys = [key for key in was if was[key] != then[key]]
    return [{key: row[key] for key in keys} for row in (was, then)]

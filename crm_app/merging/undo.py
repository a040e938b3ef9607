"""Taking a merge back: what is still where the merge put it returns; what stayed is told, why."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.actions import refresh_houses
from crm_app.contacts.models import Contact
from crm_app.conversations.actions import decide_anew
from crm_app.conversations.optout import opted_out_words
from crm_app.errors import CrmError
from crm_app.merging.actions import MOVED, announce, image, lock
from crm_app.merging.models import Merge
from crm_app.merging.review import UNDO_DAYS
from crm_app.tables import read_sql

SQL = read_sql(__file__)
_BACK = """update {} set contact_id = :gone
    where contact_id = :kept and cast(id as text) = any(:ids) returning 1"""
_ADDED = "select count(*) from {} where contact_id = :kept and not cast(id as text) = any(:ids)"
_PUT = """update {0} t set {1} from jsonb_populate_record(null::{0}, cast(:row as jsonb)) n
    where t.id = :id"""


def undo(session: Session, person: Person, merge_id: int) -> list[str]:
    """Make two of a merged contact again; return what stayed and why, a sentence each.

    Raise CrmError when it is too late, or a later merge has to be undone first.
    """
    person.must(Permission.MERGE)
    found, now = session.get(Merge, merge_id), clock.now(session)
    if found is None:
        raise CrmError("There is no such merge.")
    ids, moved = {"kept": found.kept_id, "gone": found.gone_id}, found.moved
    numbers = lock(session, *ids.values())
    session.execute(SQL["campaigns"], {"ids": [row_id for row_id, *_ in moved["judged"]]})
    _refuse(session, found, ids, now)
    stays = session.get_one(Contact, found.kept_id).name
    stayed = _rows_back(session, ids, moved)
    for name, contact_id in ids.items():
        version = image(session, "contact", contact_id)["version"]
        if left := _restore(session, "contact", contact_id, *moved[name]):
            _put(session, "contact", contact_id, {"version": version + 1, "updated_at": str(now)})
            words = [one.replace("_", " ") for one in left if one not in ("version", "updated_at")]
            stayed += [f"Changed since, stays with {stays}: {', '.join(words)}."] if words else []
    stayed += _judge_back(session, moved["judged"], now, person.id)
    stayed += _since(session, ids | {"at": found.at}, moved["own"], stays)
    refresh_houses(session, ids.values())
    found.moved = moved | {"stayed": stayed}
    found.undone_at, found.undone_by = now, person.id
    announce(session, numbers, *ids.values())
    session.expire_all()
    return stayed


def _refuse(session: Session, found: Merge, ids: dict[str, int], now: datetime) -> None:
    session.refresh(found, with_for_update=True)
    if found.undone_at:
        raise CrmError("This merge is undone already.")
    if now - found.at >= timedelta(days=UNDO_DAYS):
        raise CrmError(f"A merge can be undone for {UNDO_DAYS} days; this one is older.")
    if later := session.execute(SQL["later"], ids | {"id": found.id}).first():
        raise CrmError(f"Undo the later merge of {later.gone} into {later.kept} first.")


def _since(session: Session, ids: dict[str, Any], own: dict[str, Any], stays: str) -> list[str]:
    """Let what came since follow its number; tell of it, and of what was added to `stays`."""
    session.execute(SQL["follow"], ids)
    texts = session.execute(SQL["since"], ids).scalar()
    told = [f"{_many(texts, ('text', 'texts'))} since then went with the number."] if texts else []
    for table, words in MOVED.items():
        given = ids | {"ids": own[table]}
        if added := session.execute(text(_ADDED.format(table)), given).scalar():
            told.append(f"{_many(added, words)} since then: with {stays}.")
    return told


def _rows_back(session: Session, ids: dict[str, int], moved: dict[str, Any]) -> list[str]:
    stayed = []
    for table, words in MOVED.items():
        given = ids | {"ids": moved["rows"][table]}
        back = session.execute(text(_BACK.format(table)), given).all()
        if gone := len(moved["rows"][table]) - len(back):
            stayed.append(f"{_many(gone, words)} went elsewhere since: there it stays.")
    numbers = ids | {"ids": moved["rows"]["phone_number"], "shift": moved["shift"]}
    session.execute(SQL["in_front"], numbers)
    for row, twin_id, *images in moved["twins"]:
        twin = image(session, "contact_property", twin_id)
        same = {"role", "ended_on"} & twin.keys()  # what became of the tie became of it for both
        if any(twin[name] != row[name] for name in same):
            stayed.append("A tie to a house was ended since: it is for both.")
        session.execute(SQL["tie"], {"row": json.dumps(row | {name: twin[name] for name in same})})
        _restore(session, "contact_property", twin_id, *images)
    for row in moved["on_both"]:
        session.execute(SQL["member"], {"row": json.dumps(row)})
    session.execute(SQL["lists"], ids | {"lists": moved["lists"]})
    return stayed


def _judge_back(session: Session, judged: list[Any], now: datetime, user_id: int) -> list[str]:
    """Let wait what the merge stopped, but not what may never leave now or whose campaign ended."""
    never = dict[int, str]()
    rows = {"ids": [row_id for row_id, *_ in judged]}
    for row in session.execute(SQL["stopped"], rows).all():
        told = decide_anew(session, [row], now, user_id, row.ended, stage="merge")[0]
        if told.decision.never:
            since, why = told.facts.suppressed_since, told.decision.reasons[0].text
            why = row.ended or (opted_out_words(since) if since else why)
            state = "cancelled" if row.ended or since else "never"
            over = {"id": row.id, "state": state, "because": why, "since": since, "now": now}
            session.execute(SQL["over"], over)
            never[row.id] = f"A text stays unsent: {why}."
    for row_id, *images in judged:
        if row_id not in never:
            _restore(session, "outbox", row_id, *images)
    return list(never.values())


def _restore(
    session: Session, table: str, row_id: int, was: dict[str, Any], then: dict[str, Any]
) -> list[str]:
    """Put back what is still as the merge left it; return the names of what is not."""
    row = image(session, table, row_id)
    back = {name: value for name, value in was.items() if row and row[name] == then[name]}
    _put(session, table, row_id, back)
    return [name for name in was if name not in back]


def _put(session: Session, table: str, row_id: int, row: dict[str, Any]) -> None:
    if columns := ", ".join(f"{name} = n.{name}" for name in row):
        put = text(_PUT.format(table, columns))
        session.execute(put, {"id": row_id, "row": json.dumps(row)})


def _many(count: int, words: Sequence[str]) -> str:
    return f"{count} {words[count != 1]}"

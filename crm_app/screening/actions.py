"""Verbs of screening: load a do-not-call list, take a number off ours, remember a bad line."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.gate_rules import LISTED
from crm_app.contacts.actions import UNCHECKED
from crm_app.contacts.phones import read_phone, show
from crm_app.errors import CrmError
from crm_app.house import get_setting, put_setting
from crm_app.screening.models import CallList
from crm_app.screening.reading import read_numbers
from crm_app.tables import read_sql, read_table
from crm_app.times import local

INTERNAL = "internal"
TOPIC = "lists"
LINES = read_table(__file__, "lines")
SHOWN = 20  # so many refused lines are kept to look at
SQL = read_sql(__file__)


@dataclass(frozen=True)
class Loaded:
    """What a load did: numbers new to the list, known to it, gone from it; lines it refused."""

    added: int
    known: int
    gone: int
    refused: list[str]


def needed(kind: str) -> Permission:
    """Return what it takes to load a list: ours anybody may add to who may stop texts."""
    return Permission.SUPPRESS if kind == INTERNAL else Permission.SETTINGS


def load_list(
    session: Session, kind: str, words: str, dated: date, person: Person, *, is_sure: bool = False
) -> Loaded:
    """Load a list from text or a CSV's text: a publisher's as a whole, to ours only added.

    Raises CrmError, and changes nothing, for an unknown list, a day to come, or no number in it;
    also for one that is older or less than half of what it would replace, unless `is_sure`.
    """
    person.must(needed(kind))
    if kind not in LISTED:
        raise CrmError(f"There is no such list. Choose one of: {', '.join(LISTED)}.")
    now = clock.now(session)
    if dated > local(now).date():
        raise CrmError("The date is to come. Give the day on which the list was made.")
    numbers, refused = read_numbers(words)
    if not numbers:
        raise CrmError("There is no phone number in it. Give one number a line, or a CSV file.")
    before = session.get(CallList, kind)
    if before and kind != INTERNAL and not is_sure:
        _must_replace(before, dated, len(numbers))
    session.execute(SQL["lock"], {"kind": kind, "dated": dated, "at": now, "by": person.id})
    given = {"kind": kind, "numbers": numbers, "is_whole": kind != INTERNAL}
    added, gone = session.execute(SQL["load"], given).one()
    told = f"Lines refused: {len(refused)} ({'; '.join(refused[:SHOWN])})" if refused else ""
    put_setting(session, refused_key(kind), told)
    live.publish(session, TOPIC)
    return Loaded(added, len(numbers) - added, gone, refused)


def _must_replace(before: CallList, dated: date, numbers: int) -> None:
    sure = "If it is right all the same: `python -m crm_app do-not-call … --sure`."
    if dated < before.dated:
        raise CrmError(f"The list in place is newer, of {before.dated}. {sure}")
    if numbers * 2 < before.count:
        raise CrmError(
            f"This has {numbers:,} numbers and would replace {before.count:,}. Load the whole list,"
            f" all its files at once. {sure}"
        )


def in_words(kind: str, loaded: Loaded) -> str:
    """Say in one sentence what a load did."""
    gone = f", {loaded.gone:,} no longer on it" if loaded.gone else ""
    many = len(loaded.refused)
    refused = f" {many:,} line{'' if many == 1 else 's'} refused." if many else ""
    name = LISTED[kind]["name"]
    return f"{loaded.added:,} new on {name}, {loaded.known:,} known{gone}.{refused}"


def refused_key(kind: str) -> str:
    """Return the name of the setting that says which lines the newest load refused."""
    return f"list {kind}: lines refused"


def take_off(session: Session, number: str, person: Person, because: str) -> str:
    """Take a number, however written, off our own list and return it; who and why is kept."""
    person.must(Permission.LIFT)
    e164 = read_phone(number).e164
    if not because.strip():
        raise CrmError("Say why this number may be called again. It is kept with your name.")
    if session.execute(SQL["off"], {"kind": INTERNAL, "e164": e164}).scalar() is None:
        raise CrmError(f"{number.strip()[:40]} is not on {LISTED[INTERNAL]['name']}.")
    key, at = f"taken off: {e164}", clock.now(session).isoformat()
    said = {"at": at, "by": person.id, "name": person.name, "because": because.strip()}
    put_setting(session, key, [*get_setting(session, key, []), said])
    live.publish(session, TOPIC)
    return show(e164)


def remember_bad(session: Session, e164: str, because: str) -> bool:
    """Remember that a line takes no texts, until a person checks it; whether that is news."""
    words = f"{because[: 78 - len(UNCHECKED)]}: {UNCHECKED}"
    return session.execute(SQL["bad"], {"e164": e164, "because": words}).scalar() is not None

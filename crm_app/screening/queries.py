"""Reads of screening: the do-not-call lists, how old each is, and what its load refused."""

from dataclasses import dataclass

from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.gate_rules import LISTED
from crm_app.house import Heartbeat, get_setting
from crm_app.screening.actions import refused_key
from crm_app.screening.checks import NAME
from crm_app.settings import settings
from crm_app.tables import read_sql
from crm_app.times import exact, local

SQL = read_sql(__file__)


@dataclass(frozen=True)
class ListRow:
    """A do-not-call list, ready to show: its numbers, how old it is, and some lines it refused."""

    name: str
    about: str
    age: str
    is_stale: bool
    refused: str = ""


def lists(session: Session) -> list[ListRow]:
    """Return every list of listed.toml, loaded or not; ours never grows stale."""
    loaded = {row.kind: row for row in session.execute(SQL["loaded"])}
    today, found = local(clock.now(session)).date(), list[ListRow]()
    for kind, listed in LISTED.items():
        row, name, days = loaded.get(kind), listed["name"], listed["stale_days"]
        if row is None:
            age = f"never loaded: load it, then every {days} days" if days else "empty"
            found.append(ListRow(name, "Numbers: 0", age, bool(days)))
            continue
        old = (today - row.dated).days
        age, is_stale = f"{old} day{'' if old == 1 else 's'} old", 0 < days < old
        age += f": load a newer one ({days} days)" if is_stale else ""
        how = f"of {row.dated:%b %-d, %Y}, loaded {exact(row.loaded_at)}, by {row.by}"
        refused = get_setting(session, refused_key(kind), "")
        found.append(ListRow(name, f"Numbers: {row.count:,}, {how}", age, is_stale, refused))
    return found


def line_checks(session: Session) -> str:
    """Say how the check of numbers goes, or what stands against it."""
    if not settings().checks_lines:
        return "Nobody looks for landlines and dead numbers: NUMVERIFY_API_KEY is not set."
    beat = session.get(Heartbeat, NAME)
    if beat and beat.detail:
        return f"{beat.detail} Numbers stay unchecked until it is well; texts do not wait."
    checked, bad = session.execute(SQL["checked"]).one()
    return f"{checked:,} numbers checked by NumVerify, {bad:,} of them take no texts."

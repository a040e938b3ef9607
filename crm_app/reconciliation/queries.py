"""What /admin/reconciliation shows: each run, how far it is, and what it had to recover."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from sqlmodel import Session

from crm_app import clock
from crm_app.contacts.phones import show
from crm_app.reconciliation.actions import BACK, first_heard
from crm_app.reconciliation.models import RunState, Way
from crm_app.tables import read_sql
from crm_app.times import ago, exact, hour
from crm_app.webhooks.queries import refused_since

PAGE_SIZE = 50
TONES = {"runs": "waiting", "paused": "held", "done": "fine", "failed": "blocked"}
WAYS = {Way.LIST: "By the list of the whole workspace", Way.WALK: "Conversation by conversation"}
DAYS = timedelta(days=30)
SQL = read_sql(__file__)


@dataclass(frozen=True)
class RunRow:
    """One run in words; `is_open`: it can be paused, go on, be cancelled. `way`: how it reads."""

    id: int
    what: str
    when: str
    state: str
    tone: str
    progress: str
    way: str
    done: int
    total: int
    error: str
    unplaced: str
    is_open: bool
    is_paused: bool


@dataclass(frozen=True)
class FoundRow:
    """A message or a call that a webhook should have brought."""

    id: int
    name: str
    body: str
    when: str
    exact: str
    href: str


@dataclass(frozen=True)
class WeekRow:
    """A week's texts and calls at OpenPhone and here, and how many of theirs we lacked."""

    week: str
    texts: str
    calls: str
    missing: int


def shown(
    session: Session, pages: int = 1
) -> tuple[list[RunRow], list[FoundRow], list[WeekRow], str, str]:
    """Return the whole page: runs, recovered, weeks, reliability, doubt."""
    figures = (weeks(session), reliability(session), doubt(session))
    return (runs(session), recovered(session, pages), *figures)


def runs(session: Session) -> list[RunRow]:
    """Return the newest runs."""
    now, rows = clock.wall(), list[RunRow]()
    for r in session.execute(SQL["runs"]):
        what = "All history" if r.since is None else f"Since {exact(r.since)}"
        what = "Eight weeks counted" if r.only_counts else what
        who = f"{r.by}, {ago(r.started_at, now)}" if r.by else f"At night, {ago(r.started_at, now)}"
        texts, calls, no_texts, no_calls = (
            sum(week[n] for week in r.weeks.values()) for n in range(4)
        )
        words = f"{texts:,} texts, {calls:,} calls compared; "
        words += (f"{no_texts + no_calls:,} of them missing here" if r.only_counts else
                  f"{r.found:,} taken in, {r.lost:,} of them failed webhooks")  # fmt: skip
        words += f", until {hour(r.until)}"
        words += "" if rows else "; younger ones may still be on their way"
        is_open = r.state in (RunState.RUNS, RunState.PAUSED)
        way = WAYS.get(r.way, "")
        if is_open and r.done:
            minutes = r.seconds / r.done * (r.total - r.done) / 60
            way += f", about {minutes:,.0f} min left" if minutes >= 1 else ", a moment left"
        odd = (
            f"{' and '.join(map(show, who.split(', ')))} ({n:,})" for who, n in r.unplaced.items()
        )
        stuck, tone = r.error, TONES[r.state]
        if r.error and r.state == RunState.RUNS:
            stuck, tone = f"It stands still: {r.error}. It is tried again each minute.", "held"
        told = (words, way, r.done, r.total, stuck, "; ".join(odd))
        is_paused = r.state == RunState.PAUSED
        rows.append(RunRow(r.id, what, who, r.state, tone, *told, is_open, is_paused))
    return rows


def recovered(session: Session, pages: int = 1) -> list[FoundRow]:
    """Return the newest messages and calls that webhooks should have brought, and a run had to.

    One more than `pages` hold when there are more.
    """
    now, rows = clock.now(session), list[FoundRow]()
    for m in session.execute(SQL["found"], {"size": PAGE_SIZE * pages + 1}):
        name = m.name or show(m.e164 or "") or "Unknown number"
        said = f"You: {m.body}" if m.is_ours else m.body
        href = f"/inbox/{m.thread}" if m.thread else "/inbox"
        rows.append(FoundRow(m.id, name, said, ago(m.at, now), exact(m.at), href))
    return rows


def weeks(session: Session) -> list[WeekRow]:
    """Return what the last count found, the newest week first."""
    rows = list[WeekRow]()
    for week, n in sorted((session.execute(SQL["counted"]).scalar() or {}).items(), reverse=True):
        counts = (f"{n[0]:,} · {n[4]:,}", f"{n[1]:,} · {n[5]:,}", n[2] + n[3])
        rows.append(WeekRow(f"{date.fromisoformat(week):%b %-d}", *counts))
    return rows


def doubt(session: Session) -> str:
    """Say why nothing to recover does not mean that all came by itself; "" where it does."""
    if not session.execute(SQL["compared"]).scalar():
        return "Nothing was compared yet."
    refused = refused_since(session, clock.wall() - BACK)
    lacking = f"{refused:,} refused in the last 48 hours: what they told may be missing here."
    return f"{lacking} Why stands at Admin, Webhooks." if refused else ""


def reliability(session: Session) -> str:
    """Say how many texts and calls of 30 days came by themselves, rounded down; "" for none.

    From our first webhook on: what is older came by none.
    """
    heard = first_heard(session)
    since = max(clock.now(session) - DAYS, heard) if heard else clock.now(session)
    whole, lost = session.execute(SQL["reliable"], {"since": since}).one()
    percent = floor(10_000 * (1 - lost / whole)) / 100 if whole else 0
    words = f"{percent:g} % of {whole:,} texts and calls in 30 days came by themselves"
    return f"{words}; {lost:,} had to be recovered." if whole else ""

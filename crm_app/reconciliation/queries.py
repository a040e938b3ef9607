"""What /admin/reconciliation shows: each run, how far it is, and what it had to recover."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.contacts.phones import show
from crm_app.reconciliation.models import RunState
from crm_app.times import ago, exact

TONES = {"runs": "waiting", "paused": "held", "done": "fine", "failed": "blocked"}
_RUNS = text("""
select r.*, u.name as by, (select count(*) from recovered f where f.reconciliation_id = r.id)
    as found, (select count(*) from recovered f where f.reconciliation_id = r.id
        and not f.is_history) as lost
from reconciliation r left join app_user u on u.id = r.asked_by order by r.id desc limit 20
""")
_FOUND = text("""
select m.id, m.at, m.body, m.direction, c.id as thread, c.e164, k.name
from recovered f join message m on m.id = f.message_id
join conversation c on c.id = m.conversation_id join contact k on k.id = c.contact_id
where not f.is_history order by f.id desc limit 50
""")


@dataclass(frozen=True)
class RunRow:
    """One run in words; `is_open`: it can be paused, go on, or be cancelled."""

    id: int
    what: str
    when: str
    state: str
    tone: str
    progress: str
    error: str
    is_open: bool
    is_paused: bool


@dataclass(frozen=True)
class FoundRow:
    """A message that a webhook should have brought."""

    id: int
    name: str
    body: str
    when: str
    exact: str
    href: str


def runs(session: Session) -> list[RunRow]:
    """Return the newest runs."""
    now, rows = clock.wall(), []
    for r in session.execute(_RUNS):
        what = "All history" if r.since is None else f"Since {exact(r.since)}"
        who = f"{r.by}, {ago(r.started_at, now)}" if r.by else f"At night, {ago(r.started_at, now)}"
        done = f"{r.conversations:,} conversations, {r.messages:,} messages compared"
        done += f"; {r.found:,} taken in, {r.lost:,} of them failed webhooks"
        is_open = r.state in (RunState.RUNS, RunState.PAUSED)
        rows.append(RunRow(r.id, what, who, r.state, TONES[r.state], done, r.error, is_open,
                           r.state == RunState.PAUSED))  # fmt: skip
    return rows


def recovered(session: Session) -> list[FoundRow]:
    """Return the newest messages that webhooks should have brought, and a run had to."""
    now, rows = clock.now(session), []
    for m in session.execute(_FOUND):
        name = m.name or show(m.e164)
        said = m.body if m.direction == "in" else f"You: {m.body}"
        rows.append(FoundRow(m.id, name, said, ago(m.at, now), exact(m.at), f"/inbox/{m.thread}"))
    return rows

"""What runs by itself, when it last did, how long it took and how it ended."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from crm_app import clock, house
from crm_app.settings import settings
from crm_app.tables import read_table
from crm_app.times import ago, exact

JOBS: dict[str, list[str]] = read_table(__file__, "jobs")
LATE = timedelta(minutes=3)  # the scheduler rings each minute; a long night's job may take one


@dataclass(frozen=True)
class JobRow:
    """One job in words; `is_well`: it ran lately and did not fail."""

    name: str
    what: str
    every: str
    last: str
    exact: str
    result: str
    is_well: bool


def jobs(session: Session) -> list[JobRow]:
    """Return every job that runs here."""
    now, rows = clock.wall(), []
    for name, (what, every) in JOBS.items():
        if name.startswith("sandbox") and not settings().is_sandbox:
            continue
        run = session.get(house.Heartbeat, f"job {name}"[:40])
        late = run is None or now - run.at > LATE
        took, _, failed = run.detail.partition(" s, ") if run else ("", "", "")
        result = failed or ("late: does the worker run?" if late else f"well, in {took} s")
        rows.append(JobRow(name, what, every, ago(run.at, now) if run else "never",
                           exact(run.at) if run else "", result, not (late or failed)))  # fmt: skip
    return rows

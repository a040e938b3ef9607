"""What runs by itself, when it last did, how long it took and how it ended."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from crm_app import clock, house
from crm_app.settings import settings
from crm_app.tables import read_table
from crm_app.times import ago, ahead, exact, turns

JOBS: dict[str, list[str]] = read_table(__file__, "jobs")
LATE = timedelta(minutes=3)  # the scheduler rings each minute; a long night's job may take one
OWED = timedelta(hours=1)  # how long a night's job may take, or wait for another


@dataclass(frozen=True)
class JobRow:
    """One job in words; `is_well`: it ran lately and did not fail."""

    name: str
    what: str
    every: str
    last: str
    exact: str
    next: str
    result: str
    is_well: bool


def jobs(session: Session) -> list[JobRow]:
    """Return every job that runs here."""
    now, business, beats, rows = clock.wall(), clock.now(session), house.beats(session), []
    born = session.get_one(house.House, 1).born_at
    for name, (what, every, *spec) in JOBS.items():
        if name.startswith("sandbox") and not settings().is_sandbox:
            continue
        look, ran = (beats.get(f"{kind} {name}"[:40]) for kind in ("job", "ran"))
        here = business if spec and "here" in spec[0] else now
        is_nightly = spec and here is now  # by queue.nightly, which notes when the work was done
        is_seldom = spec or every.startswith("each hour")  # it notes apart when it had to work
        run = ran if is_seldom else look
        owed = house.owed(spec[0], born, ran.at if ran else None) if is_nightly else None
        late = look is None or now - look.at > LATE
        took = run.detail.partition(" s, ")[0] if run else ""
        failed = look.detail.partition(" s, ")[2] if look else ""
        well = f"well, in {took} s" if run else "not yet"
        result = failed or ("late: does the worker run?" if late else well)
        if owed and now - owed > OWED and not failed:
            late, result = True, f"late: due since {exact(owed)}"
        following = (
            ahead(turns(spec[0], here)[1], here)
            if spec
            else "within the hour"
            if is_seldom
            else "within a minute"
        )
        rows.append(JobRow(name, what, every, ago(run.at, now) if run else "never",
                           exact(run.at) if run else "", following, result,
                           not (late or failed)))  # fmt: skip
    return rows

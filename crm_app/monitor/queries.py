"""What /admin/health shows of the checks, and what /admin, /health and the banner say of them."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from crm_app import clock
from crm_app.alarms import CAUSES, troubles
from crm_app.contacts.phones import show
from crm_app.monitor.figures import hour
from crm_app.settings import settings
from crm_app.tables import read_sql
from crm_app.times import ago, exact
from crm_app.times import hour as time_of

OFF = "MONITOR_PHONE_NUMBER is not set: nobody notices when texts stop arriving"
SAID = {"open": ("waits", "waiting"), "received": ("received", "fine"),
        "failed": ("failed", "blocked"), "void": ("not counted", "plain")}  # fmt: skip
SQL = read_sql(__file__)


@dataclass(frozen=True)
class CheckRow:
    """One check in words; `is_today`: of the last 24 hours."""

    id: int
    when: str
    exact: str
    badge: str
    tone: str
    detail: str
    is_today: bool


def checks(session: Session) -> list[CheckRow]:
    """Return the checks of the last 24 hours, and before that those that did not end well."""
    rows, now = list[CheckRow](), clock.wall()
    for c in session.execute(SQL["rows"], {"day": now - timedelta(days=1)}):
        detail = c.because or (f"after {c.took or 0:.0f} s" if c.received_at else "for its webhook")
        said = (*SAID[c.state], detail)
        rows.append(CheckRow(c.id, ago(c.asked_at, now), exact(c.asked_at), *said, c.is_today))
    return rows


def failure(session: Session) -> str:
    """Say how the newest check that counts failed; "" when it did not, or there is none."""
    last = session.execute(SQL["last"]).first()
    if last is None or last.state != "failed" or not settings().monitor_number:
        return ""
    return f"The health check of {time_of(last.asked_at)} failed: {last.because}."


def wrong(session: Session, *, is_loud: bool = False) -> list[str]:
    """Say what is wrong: what is loud is a banner on every page, the rest is for /admin/health."""
    return [w for cause, w in troubles(session).items() if CAUSES[cause]["is_loud"] is is_loud]


def standing(session: Session) -> tuple[str, str]:
    """Return what is wrong with what arrives ("": nothing), and how it stands else."""
    last, found = session.execute(SQL["last"]).first(), troubles(session).items()
    quiet = f"last check {ago(last.asked_at, clock.wall())}" if last else "no check yet"
    said = [words for cause, words in found if cause not in ("worker", "jobs")]
    return " ".join(said + [f"{OFF}."] * (not settings().monitor_number)), quiet


def figures(session: Session) -> list[tuple[str, str]]:
    """Return the last hour's figures, each with its name."""
    now, (many, failed) = hour(session), session.execute(SQL["counts"]).one()
    return [
        ("Webhooks, last hour", f"{now.many:,}"), ("Failed, last hour", f"{now.failed:,}"),
        ("Applied (95 %)", f"{now.slow:.1f} s" if now.applied else "–"),
        ("The oldest waits", f"{now.waiting / 60:.0f} min" if now.waiting else "–"),
        ("Waiting for you", f"{now.for_person:,}"),
        ("Checks failed, 30 days", f"{failed:,} of {many:,}"),
    ]  # fmt: skip


def numbers() -> str:
    """Say which number texts which, "" when there is no second one."""
    monitor, own = settings().monitor_number, settings().own_number
    return f"{show(monitor)} texts {show(own)}" if monitor else ""

"""Reads for the health route, `doctor` and the admin page."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from crm_app import clock, house, mail
from crm_app.admin.schedule import jobs
from crm_app.conversations.models import Line
from crm_app.monitor.queries import standing
from crm_app.people.queries import SEEN, TOLD
from crm_app.settings import NOWHERE, ROOT, settings
from crm_app.subscriptions import keyring
from crm_app.subscriptions.rules import LOOKED
from crm_app.tables import read_sql, read_table
from crm_app.times import ago
from crm_app.webhooks.queries import refused_since

SQL = read_sql(__file__)
DO: dict[str, str] = read_table(__file__, "parts")
NO_MAIL = "SMTP_URL or ALERT_EMAIL is not set: no e-mail when something is wrong"
LATE = timedelta(seconds=90)  # the worker beats at least every minute


@dataclass(frozen=True)
class Part:
    """One part of the program: whether it works, what is known of it, what to do if it does not."""

    name: str
    is_ok: bool
    detail: str
    do: str = ""


def health(session: Session) -> list[Part]:
    """Return every part; the database is known to answer when this returns."""
    at = clock.wall()
    version, bell, heard, refused, untold = session.execute(SQL["figures"]).one()
    newest = max(path.name.split("_")[0] for path in (ROOT / "alembic/versions").glob("[0-9]*.py"))
    newly = refused_since(session, at - timedelta(hours=1))
    has_queue = bool(bell or settings().redis_url.get_secret_value())
    names = ("worker", "scheduler", "mail", LOOKED, TOLD, SEEN)
    worker, scheduler, letter, looked, *two = map(house.beats(session).get, names)
    beat = min(worker.at, scheduler.at) if worker and scheduler else None  # one alone: it hangs
    line = session.get(Line, settings().own_number)
    stopped = line.stopped_because if line and line.stopped_since else ""
    if settings().provider_url == NOWHERE:
        stopped = "the pretend OpenPhone does not run"
    unsent, is_told = letter.detail if letter else "", mail.is_set_up()
    ways = "; ".join(one.detail for one in two if one and one.detail)
    wrong, quiet = standing(session)
    deaf, asked = keyring.deaf(session), ago(looked.at, at) if looked else "never"
    ill = [job for job in jobs(session) if not job.is_well and beat is not None]
    told = {
        "database": (True, "answers"),
        "migrations": (version == newest, f"at {version}"),
        "queue": (has_queue, "its rows are the outbox"),
        "worker": (beat is not None and at - beat < LATE, ago(beat, at) if beat else "never"),
        "jobs": (not ill, f"{len(ill)} late or failed" if ill else "well"),
        "provider": (not stopped, stopped.rstrip(".") or settings().provider_url),
        "last_webhook": (not deaf, ago(heard, at) if heard else "never"),
        "webhooks": (settings().is_sandbox if looked is None else not looked.detail,
                     (looked and looked.detail) or f"asked {asked}"),
        "done_and_read": (not untold, f"{untold} wait" if untold else ways or "told there"),
        "refused_webhooks": (not newly, f"{refused} ever, {newly} within the hour"),
        "arrivals": (not wrong, wrong.rstrip(".") or quiet),
        "mail": (not unsent and (is_told or settings().is_sandbox),
                 unsent or ("well" if is_told else NO_MAIL)),
    }  # fmt: skip
    do = DO | {"last_webhook": f"{deaf}.", "webhooks": keyring.WORDS["amiss"]}
    return [Part(name, bool(ok), words, do.get(name, "")) for name, (ok, words) in told.items()]

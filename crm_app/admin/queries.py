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
from crm_app.tables import read_sql
from crm_app.times import ago
from crm_app.webhooks.queries import refused_since

SQL = read_sql(__file__)
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
    ill = [job for job in jobs(session) if not job.is_well and beat is not None]
    return [
        Part("database", True, "answers"),
        Part("migrations", version == newest, f"at {version}", "Run `make migrate`."),
        Part("queue", has_queue, "its rows are the outbox", "Start the worker once: `make run`."),
        Part("worker", beat is not None and at - beat < LATE, ago(beat, at) if beat else "never",
             "It does not run, or hangs: `make run`; its log is logs/worker.log in DATA_DIR."),
        Part("jobs", not ill, f"{len(ill)} late or failed" if ill else "well",
             "Look at /admin/schedule."),
        Part("provider", not stopped, stopped.rstrip(".") or settings().provider_url,
             "Texts wait until it is well again: look at the account, in a sandbox at `make run`."),
        Part("last_webhook", not (deaf := keyring.deaf(session)), ago(heard, at) if heard else
             "never", f"{deaf}."),
        Part("webhooks", settings().is_sandbox if looked is None else not looked.detail,
             (looked and looked.detail) or f"asked {ago(looked.at, at) if looked else 'never'}",
             keyring.WORDS["amiss"]),
        Part("done_and_read", not untold, f"{untold} wait" if untold else ways or "told there",
             "Done and read are told to OpenPhone as soon as it takes them."),
        Part("refused_webhooks", not newly, f"{refused} ever, {newly} within the hour",
             "Look at /admin/webhooks: mostly the signing key is another one than OpenPhone's:"
             " `python -m crm_app openphone connect` renews it."),
        Part("arrivals", not wrong, wrong.rstrip(".") or quiet, "Look at /admin/health."),
        Part("mail", not unsent and (is_told or settings().is_sandbox), unsent or ("well" if is_told
             else "SMTP_URL or ALERT_EMAIL is not set: no e-mail when something is wrong"),
             "Nobody is told by e-mail until it works."),
    ]  # fmt: skip

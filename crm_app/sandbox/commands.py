"""Commands: `sandbox` serves the pretend OpenPhone, `clock` moves time, `demo`, `reset` clear."""

import argparse
import json
import re
import shutil
import sys
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, db, times
from crm_app.admin.commands import EMPTY, refuse_while_used
from crm_app.errors import CrmError
from crm_app.live import CHANNEL
from crm_app.migrations import migrate
from crm_app.run.database import only_run
from crm_app.sandbox import clocks, play, tasks
from crm_app.sandbox.demo import clearing
from crm_app.sandbox.openphone.server import serve
from crm_app.settings import settings
from crm_app.terminal import say, show

# What a sandbox keeps beside its database: files, Reflex's states, the pretend world's memory.
BESIDE = ("imports", "media", "reflex/states", "sandbox.sqlite*")
UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
PATIENCE = 600.0  # seconds a command waits for the worker to play the time


def sandbox() -> None:
    """Serve the pretend OpenPhone on a loopback port of its own until SIGTERM."""
    ours, data_path = settings(), settings().data_path
    serve(
        port=0, state_path=data_path / "sandbox.sqlite", url_file=data_path / "sandbox.url",
        webhook_url=f"http://127.0.0.1:{ours.port}/webhooks/openphone",
        key=ours.webhook_keys[0], own_number=ours.own_number,
        monitor_number=ours.monitor_number,
    )  # fmt: skip


def reset() -> None:
    """Empty a sandbox; refused for anything that is or was live, and while it runs."""
    if not settings().is_sandbox:
        raise CrmError("This is a live system; only a sandbox can be reset.")
    with only_run(settings().data_path):
        refuse_while_used()
        migrate()  # which refuses a database that was born live
        with db.engine().begin() as connection:
            connection.execute(text(EMPTY))
        for path in [p for name in BESIDE for p in settings().data_path.glob(name)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    say("The sandbox is empty. `make run` fills it again.")


def command(args: list[str]) -> int:
    """Show the business time in the company's zone and in UTC, after moving it when asked to."""
    parser = argparse.ArgumentParser(prog="crm_app clock", description=command.__doc__)
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--at", metavar="ISO", help="a time; without a zone it is the company's")
    one.add_argument("--add", metavar="1d", help="days, hours or minutes: 1d, 2h, 90m, 1d2h")
    one.add_argument("--reset", action="store_true", help="back to the real time")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    asked = parser.parse_args(args)
    clocks.only_in_sandbox()
    if asked.reset:
        with db.transaction() as session:
            clocks.reset(session)
        play.tell_sandbox()
    elif asked.at or asked.add:
        _move(asked.at, asked.add)
    _show(as_json=asked.json)
    return 0


def demo(args: list[str]) -> int:
    """Clear the demo data away, and what hangs on it; what you made yourself stays."""
    parser = argparse.ArgumentParser(prog="crm_app demo", description=demo.__doc__)
    parser.add_argument("verb", choices=["clear"])
    parser.parse_args(args)
    with db.transaction() as session:
        people = clearing.clear(session)
    show(f"Demo data cleared: {people} people are gone." if people else "There is no demo data.")
    return 0


def read_span(given: str) -> timedelta:
    """Return the time span of "1d", "90m" or "1d2h"; raise CrmError when it is none."""
    if not re.fullmatch(r"-?(\d{1,5}[dhm])+", given):
        raise CrmError(f"{given!r} is no time span. Write it like 1d, 2h, 90m or 1d2h.")
    found = sum(
        (int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([dhm])", given)), timedelta()
    )
    return -found if given.startswith("-") else found


def read_time(given: str) -> datetime:
    """Return an ISO time as an aware one, the company's zone when it names none."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise CrmError(f"{given!r} is no time. Write it like 2026-03-02T09:30.") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings().company_timezone))


def _move(at: str | None, add: str | None) -> None:
    def choose(session: Session) -> datetime:
        return read_time(at) if at else clocks.ahead_of(session, read_span(add or ""))

    target, is_played = tasks.lead(choose)
    if is_played and not _wait(target):
        sys.stderr.write("The worker is still playing the time; look again later.\n")


def _wait(target: datetime) -> bool:
    """Wait until the time was played to `target` or led elsewhere; say whether it came to that."""
    end = time.monotonic() + PATIENCE
    with psycopg.connect(db.dsn(), autocommit=True) as connection:
        connection.execute(f"listen {CHANNEL}".encode())
        while True:
            with db.transaction() as session:
                here = clocks.position(session)
            if here.target is None or here.target > target < here.now:
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            list(connection.notifies(timeout=min(left, 5.0), stop_after=1))


def _show(*, as_json: bool) -> None:
    with db.transaction() as session:
        here = clocks.position(session)
    company = times.local(here.now)
    if as_json:
        told = {
            "business": here.now.isoformat(timespec="seconds"),
            "company": company.isoformat(timespec="seconds"),
            "offset_seconds": round((here.now - clock.wall()).total_seconds()),
            "playing_to": here.target.isoformat() if here.target else None,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        return
    sys.stdout.write(f"{company:%a %Y-%m-%d %H:%M:%S} {company.tzname()}\n")
    sys.stdout.write(f"{here.now:%a %Y-%m-%d %H:%M:%S} UTC\n")
    if here.target:
        sys.stdout.write(f"playing to {times.exact(here.target)}\n")

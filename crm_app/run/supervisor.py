"""`run`: prepares everything, starts web, worker and sandbox, keeps them alive, stops them all."""

import argparse
import os
import signal
import socket
import subprocess
from pathlib import Path
from threading import Event
from typing import Any

import psutil

from crm_app.errors import CrmError
from crm_app.run import frontend, postgres, processes
from crm_app.run.children import PROGRAM, Children
from crm_app.run.database import database, only_run
from crm_app.settings import settings
from crm_app.terminal import say, show


def command(args: list[str]) -> int:
    """Run everything until Ctrl-C or SIGTERM; 0 after such a stop, 1 when it gave up."""
    parser = argparse.ArgumentParser(prog="crm_app run", description="Start everything.")
    parser.add_argument("--port", type=int, help="instead of PORT")
    parser.add_argument("--dev", action="store_true", help="reload when a file is saved")
    given = parser.parse_args(args)
    if given.port is not None:
        os.environ["PORT"] = str(given.port)
        settings.cache_clear()
    data_path = settings().data_path.resolve()
    postgres.make_folder(data_path)
    stop = _stop_on_signals()
    with only_run(data_path) as address:
        address.write_text(f"{settings().public_origin} (process {os.getpid()})")
        try:
            return _run(data_path, stop, dev=given.dev)
        finally:
            address.unlink()


def _run(data_path: Path, stop: Event, *, dev: bool) -> int:
    """Prepare, start and watch; everything is stopped again on the way out."""
    ended = processes.end_leftovers(data_path)
    if ended:
        say(f"Ended {ended} processes that a killed run had left behind.")
    check_port(settings().port)
    given = settings().database_url.get_secret_value()
    say("Asking the database of DATABASE_URL …" if given else "Starting PostgreSQL …")
    with database(migrates=False, ends=True):
        children = Children(data_path, stop, dev=dev)
        try:
            greeting = _prepare()
            if not dev:
                frontend.build(stop.wait)
            children.start()
            children.wait_until_healthy()
            show(f"\n  {settings().public_origin}\n\n{greeting}")
            say("Ctrl-C stops everything; the data stays.")
            children.watch()
        except KeyboardInterrupt:
            say("\nStopping …")
        finally:
            children.end()
    say("Stopped.")
    return 0


def check_port(port: int) -> None:
    """Raise CrmError when somebody else listens on `port`, naming whom as far as we may see."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104  field staff come in by the LAN
            return
        except OverflowError:
            raise CrmError(f"PORT {port} is not between 1 and 65535.") from None
        except PermissionError:
            raise CrmError(f"Port {port} needs root. Use another: make run PORT=3001") from None
        except OSError:
            pass
    who = next((_named(c) for c in psutil.net_connections("tcp") if _listens(c, port)), "")
    raise CrmError(f"Port {port} is taken{who}. End that, or use another: make run PORT=3001")


def _listens(connection: Any, port: int) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr.port == port)


def _named(connection: Any) -> str:
    """Return by whom, as far as the system lets us see it."""
    if not connection.pid:
        return ""
    return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"


def _stop_on_signals() -> Event:
    """Return an event that SIGINT, SIGTERM and SIGHUP set, even where a shell ignores them."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def _prepare() -> str:
    """Migrate and load what a new house needs, in a process of its own; return its greeting."""
    done = subprocess.run(
        [*PROGRAM, "prepare"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        check=False,
    )
    if done.returncode:
        raise CrmError("The database could not be prepared; the reason stands above.")
    return done.stdout

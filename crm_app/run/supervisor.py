"""`run`: prepares everything, starts web, worker and sandbox, keeps them alive, stops them all."""

import argparse
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

from crm_app.errors import CrmError
from crm_app.run import frontend, postgres, processes
from crm_app.run.database import database, locked, only_run
from crm_app.settings import settings
from crm_app.terminal import say, show

PROGRAM = [sys.executable, "-m", "crm_app"]
HEALTHY_WITHIN = 60
DEATHS, WITHIN = 5, 60  # so many in so many seconds, and we give up


def command(args: list[str]) -> int:
    """Run everything until Ctrl-C or SIGTERM; 0 after such a stop, CrmError when it gives up."""
    parser = argparse.ArgumentParser(prog="crm_app run", description="Start everything.")
    parser.add_argument("--dev", action="store_true", help="reload when a file is saved")
    dev: bool = parser.parse_args(args).dev
    data_path, stop = settings().data_path.resolve(), _stop_on_signals()
    with only_run(data_path, f" at {settings().public_origin}"):
        if ended := processes.end_leftovers(data_path):
            say(f"Ended {ended} processes that a killed run had left behind.")
        check_port(settings().port)
        say(f"Starting the database in {data_path} …")
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


class Children:
    """Web, worker and sandbox of a run: started, watched, started again, ended."""

    def __init__(self, data_path: Path, stop: Event, *, dev: bool) -> None:
        """Take the data folder and the event that ends it; with `dev` they reload on save."""
        self._commands = {name: [*PROGRAM, name] for name in ("sandbox", "web", "worker")}
        if dev:
            reload = [str(frontend.BIN / "watchfiles"), "--filter", "python"]
            self._commands["web"] = frontend.DEV
            self._commands["worker"] = [*reload, shlex.join([*PROGRAM, "worker"]), "crm_app"]
        if not settings().is_sandbox or settings().openphone_base_url:
            del self._commands["sandbox"]
        self._data_path, self._stop = data_path, stop
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: dict[str, list[float]] = defaultdict(list)

    def start(self) -> None:
        """Start every child; raise KeyboardInterrupt when asked to stop before."""
        self._pause(0)
        (self._data_path / "sandbox.url").unlink(missing_ok=True)
        say(f"Starting {', '.join(self._commands)} …")
        for name in self._commands:
            self._start(name)

    def wait_until_healthy(self) -> None:
        """Wait for `/health`; what is still ill after a minute is said, and no reason to stop."""
        until = time.monotonic() + HEALTHY_WITHIN
        while (answer := health(settings().port))[0] != 200:
            self._pause(0.1)
            if time.monotonic() > until:
                say(f"Not healthy yet: {answer[1]}. `python -m crm_app doctor` says what to do.")
                return

    def watch(self) -> None:
        """Keep the children and the database alive; a signal ends it with KeyboardInterrupt."""
        embedded = not settings().database_url.get_secret_value()
        while True:
            self._pause(0.5)
            if embedded and postgres.running(self._data_path) is None:
                self._count_death("postgres", "is gone")
                with locked(self._data_path / "pg.gate"):  # a command may start it just now
                    postgres.ensure(self._data_path)

    def end(self) -> None:
        """End all children with everything they started."""
        processes.end(self._children.values(), grace=10)

    def _start(self, name: str) -> None:
        command, environment = self._commands[name], frontend.environment()
        self._children[name] = processes.start(name, command, self._data_path, environment)

    def _pause(self, seconds: float) -> None:
        """Wait; start what died meanwhile again; raise KeyboardInterrupt when asked to stop."""
        if self._stop.wait(seconds):
            raise KeyboardInterrupt
        for name, child in self._children.items():
            if child.poll() is not None:
                processes.end([child], grace=0)  # what it had started
                self._count_death(name, f"ended by itself ({child.returncode})")
                self._start(name)

    def _count_death(self, name: str, how: str) -> None:
        """Say that `name` died and pause a little longer each time; raise CrmError at the fifth."""
        now = time.monotonic()
        deaths = [at for at in self._deaths[name] if now - at < WITHIN]
        self._deaths[name] = [*deaths, now]
        lines = processes.last_lines(processes.log_file(self._data_path, name))
        say(f"{name} {how}." + (f" Its last lines:\n{lines}" if lines else ""))
        if len(deaths) + 1 == DEATHS:
            raise CrmError(f"Gave up: {name} died {DEATHS} times within a minute; see above why.")
        say(f"Starting {name} again.")
        if self._stop.wait(len(deaths)):
            raise KeyboardInterrupt


def check_port(port: int) -> None:
    """Raise CrmError when we may not listen on `port`, mostly because somebody else does."""
    try:
        socket.create_server(("0.0.0.0", port)).close()  # noqa: S104  the LAN comes in here
    except OSError:
        raise CrmError(f"Port {port} is taken or needs root. Try make run PORT=3001") from None


def health(port: int) -> tuple[int, str]:
    """Return the status and the words of `/health` on this machine; 0 when nobody answers."""
    try:  # not by a proxy, as urllib would
        with closing(HTTPConnection("127.0.0.1", port, timeout=3)) as connection:
            connection.request("GET", "/health")
            answer = connection.getresponse()
            return answer.status, answer.read(2000).decode(errors="replace")
    except (OSError, HTTPException) as problem:
        return 0, f"web does not answer ({problem})"


def _stop_on_signals() -> Event:
    """Return an event that SIGINT, SIGTERM and SIGHUP set, even where a shell ignores them."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def _prepare() -> str:
    """Migrate and load what a new house needs, in a process of its own; return its greeting."""
    try:
        return subprocess.check_output([*PROGRAM, "prepare"], text=True, start_new_session=True)
    except subprocess.CalledProcessError:
        raise CrmError("The database could not be prepared; the reason stands above.") from None

"""Web, worker and sandbox of a run: started, watched, started again, ended."""

import os
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from pathlib import Path
from threading import Event

from crm_app.errors import CrmError
from crm_app.run import frontend, postgres, processes
from crm_app.settings import settings
from crm_app.terminal import say

PROGRAM = [sys.executable, "-m", "crm_app"]
GRACE = 10  # seconds a child has to end by itself
HEALTHY_WITHIN = 60
DEATHS, WITHIN = 5, 60  # so many in so many seconds, and we give up


class Children:
    """The children of a run."""

    def __init__(self, data_path: Path, stop: Event, *, dev: bool) -> None:
        """Take the data folder and the event that ends it; with `dev` they reload on save."""
        self._commands = {name: [*PROGRAM, name] for name in ("sandbox", "web", "worker")}
        if dev:
            reload = [str(frontend.BIN / "watchfiles"), "--filter", "python"]
            self._commands["web"] = frontend.DEV
            self._commands["worker"] = [*reload, shlex.join([*PROGRAM, "worker"]), "crm_app"]
        if not settings().is_sandbox or settings().openphone_base_url:
            del self._commands["sandbox"]
        self._data_path = data_path
        self._stop = stop
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._deaths: dict[str, deque[float]] = {}

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
        while ill := _ill(settings().port):
            self._pause(0.1)
            if time.monotonic() > until:
                say(f"Not healthy yet: {ill}. `python -m crm_app doctor` says what to do.")
                return

    def watch(self) -> None:
        """Keep the children alive until a signal ends it with KeyboardInterrupt."""
        while True:
            self._pause(0.5)
            if not settings().database_url.get_secret_value():
                self._keep_database()
            for name in self._children:
                processes.rotate(processes.log_file(self._data_path, name))

    def end(self) -> None:
        """End all children with everything they started."""
        processes.end(self._children.values(), grace=GRACE)
        for name in ("run.json", "sandbox.url"):
            (self._data_path / name).unlink(missing_ok=True)

    def _start(self, name: str) -> None:
        command, environment = self._commands[name], frontend.environment()
        if command[: len(PROGRAM)] == PROGRAM:
            environment = {processes.PARENT: str(os.getpid())}
        self._children[name] = processes.start(name, command, self._data_path, environment)
        processes.remember(self._data_path, "run", [c.pid for c in self._children.values()])

    def _pause(self, seconds: float) -> None:
        """Wait; start what died meanwhile again; raise KeyboardInterrupt when asked to stop."""
        if self._stop.wait(seconds):
            raise KeyboardInterrupt
        for name, child in list(self._children.items()):
            if child.poll() is not None:
                processes.end([child], grace=0)  # what it had started
                self._count_death(name, f"ended by itself ({child.returncode})")
                self._start(name)

    def _keep_database(self) -> None:
        if postgres.running(self._data_path) is None:
            self._count_death("postgres", "is gone")
            postgres.ensure(self._data_path)

    def _count_death(self, name: str, how: str) -> None:
        """Say that `name` died and pause a little longer each time; raise CrmError at the fifth."""
        now, deaths = time.monotonic(), self._deaths.setdefault(name, deque(maxlen=DEATHS))
        deaths.append(now)
        lines = processes.last_lines(processes.log_file(self._data_path, name))
        say(f"{name} {how}." + (f" Its last lines:\n{lines}" if lines else ""))
        if len(deaths) == DEATHS and now - deaths[0] < WITHIN:
            raise CrmError(f"Gave up: {name} died {DEATHS} times within a minute; see above why.")
        say(f"Starting {name} again.")
        if self._stop.wait(len([d for d in deaths if now - d < WITHIN]) - 1):
            raise KeyboardInterrupt


def _ill(port: int) -> str:
    """Return what `/health` finds wrong, in a few words; empty when all is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=3):
            return ""
    except urllib.error.HTTPError as answer:
        return answer.read(2000).decode(errors="replace")
    except (OSError, ValueError) as problem:
        return f"web does not answer ({problem})"

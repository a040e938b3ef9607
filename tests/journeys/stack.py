"""The whole program, started as a person would start it, and stopped without a trace."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psutil
import psycopg

from crm_app.settings import ROOT, Settings

COMPANY = ZoneInfo("America/New_York")
PROGRAM = [sys.executable, "-m", "crm_app"]
# Beside the developer's `.web`, whose bundle a running `make run` may be serving; and always the
# same port, since the bundle carries it: it is not built again for each run.
PORT, WEB = 3917, ROOT / ".web-test"
LOGINS = {
    "owner": "owner-demo", "office": "office-demo", "technician": "technician-demo",
}  # fmt: skip


def until(done: Callable[[], Any], what: str, seconds: float = 30, pause: float = 0.05) -> Any:
    """Return what `done` gives as soon as it is true; fail with `what` when it takes too long."""
    end, waiting = time.monotonic() + seconds, threading.Event()
    while not (found := done()):
        assert time.monotonic() < end, f"waited {seconds:g} s in vain: {what}"
        waiting.wait(pause)
    return found


def free_port(wanted: int = 0) -> int:
    """Return `wanted` when nobody listens there, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise AssertionError("no port is free")


def open_folder() -> Path:
    """Return a new folder that any user may enter: as root PostgreSQL runs as another one."""
    folder = Path(tempfile.mkdtemp(prefix="crm-journey-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def bare_environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return an environment without any setting of the developer's: an empty home, no `.env`."""
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return kept | {
        "HOME": str(home),
        "ENV_FILE": os.devnull,
        "SANDBOX": "1",
        "DATA_DIR": str(folder / "data"),
    } | settings  # fmt: skip


class Stack:
    """`python -m crm_app run` with data of its own; `settings` are added to its environment."""

    def __init__(self, **settings: str) -> None:
        self.folder = open_folder()
        self.web, self.port = self._place_to_build()
        self.url = f"http://localhost:{self.port}"
        self.data = self.folder / "data"
        self.log = self.folder / "run.log"
        self.environment = bare_environment(
            self.folder, REFLEX_WEB_WORKDIR=str(self.web), PORT=str(self.port), **settings
        )
        self.http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        _share_packages(self.web)
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [*PROGRAM, "run"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                cwd=ROOT, env=self.environment, start_new_session=True,
            )  # fmt: skip

    def _place_to_build(self) -> tuple[Path, int]:
        """Return where the front end is built and for which port; a second run has its own.

        The lock is the machine's, not the clone's: the web servers of two programs that are
        given the same port share it without a word.
        """
        self._lock = (Path(tempfile.gettempdir()) / f"crm-journeys-{PORT}.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return self.folder / "web", free_port()
        return WEB, free_port(PORT)

    def wait_until_ready(self) -> None:
        """Wait until the program says where it is, and that it is well."""

        def said() -> bool:
            assert self.process.poll() is None, f"it ended by itself:\n{self.log.read_text()}"
            return f"\n  {self.url}\n" in self.log.read_text()

        until(said, f"the address; it said:\n{self.log.read_text()}", seconds=240, pause=0.1)
        health = self.http.get("/health")
        assert health.status_code == 200, f"{health.text}\n{self.logs()}"

    def is_well(self) -> bool:
        """Say whether the health route says that all parts are well."""
        try:
            return self.http.get("/health").status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """Ask it to stop, as Ctrl-C would, and prove that nothing of it is left."""
        self.http.close()
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
            self.process.wait(40)
        left = self.own_processes()
        named = [f"{p.pid} {' '.join(p.cmdline())}" for p in left]
        for process in left:
            process.kill()
        is_database_stopped = not (self.data / "pg" / "postmaster.pid").exists()
        said = self.log.read_text()
        shutil.rmtree(self.folder)
        self._lock.close()
        assert named == [], "still running after SIGTERM"
        assert is_database_stopped, "PostgreSQL was not stopped"
        assert self.process.returncode == 0, said

    def own_processes(self) -> list[psutil.Process]:
        """Return every process that works on this folder, whoever started it."""
        found, ours = [], str(self.folder)
        for process in psutil.process_iter():
            try:
                words = " ".join([*process.cmdline(), *process.environ().values()])
            except psutil.Error:
                continue
            if ours in words and process.pid != os.getpid():
                found.append(process)
        return found

    def logs(self) -> str:
        """Return the end of every log, for a failed test."""
        files = [self.log, *sorted((self.data / "logs").glob("*.log"))]
        return "\n".join(f"--- {f.name}\n{f.read_text(errors='replace')[-3000:]}" for f in files)

    def command(self, *args: str, given: str = "") -> str:
        """Run one command of the command line on this data; return its stdout."""
        done = subprocess.run(
            [*PROGRAM, *args], input=given, capture_output=True, text=True,
            cwd=ROOT, env=self.environment, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{args}: {done.stderr}"
        return done.stdout

    def dsn(self) -> str:
        """Return the address of its database."""
        socket_folder = (self.data / "pg" / "postmaster.pid").read_text().splitlines()[4]
        return f"postgresql://postgres@/attackacrack?host={socket_folder}"

    def cookie(self, login: str, password: str = "") -> str:
        """Sign in by the form and return the Cookie header of the new session."""
        form = {"login": login, "password": password or LOGINS[login]}
        answer = httpx.post(f"{self.url}/auth/sign-in", data=form, trust_env=False)
        assert answer.headers.get("location") in ("/", "/campaigns"), answer.text
        return answer.headers["set-cookie"].split(";")[0]

    def sandbox(self, method: str, path: str, json_body: Any = None) -> Any:
        """Call a control route of the pretend OpenPhone under the program's own port, as owner."""
        answer = self.http.request(
            method, f"/__sandbox/{path}", json=json_body, headers={"cookie": self.owner}
        )
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    @property
    def owner(self) -> str:
        """The Cookie header of one session of the owner, kept for the whole stack."""
        if not hasattr(self, "_owner"):
            self._owner = self.cookie("owner")
        return self._owner

    def sent(self, to: str = "") -> list[dict[str, Any]]:
        """Return what the provider was asked to send, all of it or to one number."""
        return [text for text in self.sandbox("GET", "sent") if to in ("", text["to"])]

    def lead_clock(self, to: datetime) -> None:
        """Move the business clock by the command line; it returns when the time was played."""
        self.command("clock", "--at", to.isoformat())
        assert abs(self.now() - to) < timedelta(minutes=1)

    def now(self) -> datetime:
        """Return the business time, on the company's clock."""
        with psycopg.connect(self.dsn()) as connection:
            row = connection.execute("select clock_offset from house").fetchone()
        assert row is not None
        return datetime.now(COMPANY) + timedelta(seconds=row[0])

    def is_time_played(self) -> bool:
        """Say whether the clock has arrived where it was led to."""
        with psycopg.connect(self.dsn()) as connection:
            found = connection.execute("select from house where clock_target is null").fetchone()
        return found is not None


def _share_packages(web: Path) -> None:
    """Take the npm packages that are here already, so that a build need not fetch them again."""
    here = next((p for p in (WEB, ROOT / ".web") if (p / "node_modules").exists()), web)
    if here != web and not (web / "node_modules").exists():
        web.mkdir(exist_ok=True)
        link = ["cp", "-al", str(here / "node_modules"), str(web / "node_modules")]
        if subprocess.run(link, check=False, stderr=subprocess.DEVNULL).returncode:
            shutil.rmtree(web / "node_modules", ignore_errors=True)  # another disk: fetch them

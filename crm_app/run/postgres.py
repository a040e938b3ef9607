"""The embedded PostgreSQL: made, started, adopted, stopped; a folder of its own, a Unix socket."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import psutil

from crm_app.errors import CrmError
from crm_app.run import pgtools
from crm_app.settings import DATABASE

LOG_LIMIT = 5_000_000
SOCKET_LINE = 4  # of postmaster.pid
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's is 107
# The server's own log must not hold rows, texts or numbers: no DETAIL, no statements.
OPTIONS = (
    "-c listen_addresses= -c unix_socket_permissions=0700 -c timezone=UTC -c log_timezone=UTC"
    " -c log_error_verbosity=terse -c log_min_error_statement=panic"
)
INITDB = (
    "--username=postgres --auth=trust --encoding=UTF8"
    " --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"  # the same on every machine
)


@dataclass(frozen=True)
class Embedded:
    """A running embedded server; `started` tells whether this call started it."""

    data_path: Path
    started: bool

    @property
    def socket_folder(self) -> str:
        """The folder of its socket: libpq's `host`."""
        lines = (self.data_path / "pg" / "postmaster.pid").read_text().splitlines()
        return lines[SOCKET_LINE]

    def stop(self) -> None:
        """Stop the server and wait for it; raise CrmError when it does not end."""
        pg = self.data_path / "pg"
        for mode in ("fast", "immediate"):  # `immediate` is a crash: WAL makes it whole again
            if running(self.data_path) is None:
                return
            pgtools.run("pg_ctl", self.data_path, "stop", "-D", pg, "-m", mode, "-w", "-t", 20)
        pid = running(self.data_path)
        if pid is not None:
            raise CrmError(f"PostgreSQL in {pg} does not end. End process {pid}.")


def ensure(data_path: Path) -> Embedded:
    """Return the server of `data_path`, made, started or adopted; raise CrmError with the reason.

    The database is made when it is missing. `fsync` stays on.
    """
    data_path = data_path.resolve()
    make_folder(data_path)
    pg = data_path / "pg"
    if not (pg / "PG_VERSION").exists():
        _initialise(data_path)
    major = (pg / "PG_VERSION").read_text().strip()
    if major != pgtools.MAJOR:
        raise CrmError(f"{pg} is of PostgreSQL {major}; this program carries {pgtools.MAJOR}.")
    if pg.stat().st_uid != pgtools.owner()[0]:
        raise CrmError(f"{pg} belongs to another user. Run as that user, or set DATA_DIR.")
    started = _start_unless_it_answers(data_path)
    _make_database(data_path)
    return Embedded(data_path, started)


def running(data_path: Path) -> int | None:
    """Return the process id of the server of `data_path`, or None; a foreign process is not it."""
    pg = data_path.resolve() / "pg"
    try:
        pid = int((pg / "postmaster.pid").read_text().split("\n", 1)[0])
        return pid if _works_in(psutil.Process(pid), pg) else None
    except (OSError, ValueError, psutil.Error):
        return None


def make_folder(path: Path) -> None:
    """Make `path` with its parents; as root passable for the server's user, else private."""
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for folder in reversed([p for p in (path, *path.parents) if not p.exists()]):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
    if mode & ~path.stat().st_mode:
        path.chmod(path.stat().st_mode | mode)


def _initialise(data_path: Path) -> None:
    """Run initdb in a folder beside `pg`, so that a killed one leaves no half-made `pg`."""
    pg, part = data_path / "pg", data_path / "pg.part"
    shutil.rmtree(part, ignore_errors=True)
    if pg.exists():
        pg.rmdir()  # only an empty one; raises for anything that may be data
    part.mkdir(mode=0o700)
    os.chown(part, *pgtools.owner())
    answer = pgtools.run("initdb", data_path, "-D", part, *INITDB.split())
    if not answer.ok:
        raise CrmError(f"PostgreSQL could not be set up in {pg}: {answer.text}")
    part.rename(pg)


def _start_unless_it_answers(data_path: Path) -> bool:
    """Return whether it had to be started; waits for one that is recovering or just dying."""
    pause = Event()
    for _ in range(600):
        pid_file = data_path / "pg" / "postmaster.pid"
        if running(data_path) is None:
            _start(data_path)
            return True
        lines = pid_file.read_text().splitlines() if pid_file.exists() else []
        if len(lines) > SOCKET_LINE and _tool(data_path, "pg_isready", "-t", 5).ok:
            return False
        pause.wait(0.1)
    raise CrmError(f"PostgreSQL in {data_path} runs but does not answer. See {data_path}/pg/log.")


def _start(data_path: Path) -> None:
    """Start the server; a pid file that a kill or a reboot left behind is dealt with first."""
    pg = data_path / "pg"
    left = [p for p in psutil.process_iter() if _works_in(p, pg)]
    _, alive = psutil.wait_procs(left, timeout=10)  # a dead server's children end by themselves
    if alive:
        raise CrmError(f"A killed PostgreSQL still works in {pg}: end process {alive[0].pid}.")
    socket = _socket_folder(pg)
    # Nobody works there, so these are leftovers; their process id may be somebody else's by now.
    for leftover in (pg / "postmaster.pid", socket / f"{SOCKET}.lock", socket / SOCKET):
        leftover.unlink(missing_ok=True)
    log = pg / "log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.unlink()
    options = f"{OPTIONS} -c unix_socket_directories='{socket}'"
    started = pgtools.run(
        "pg_ctl", data_path, "start", "-D", pg, "-w", "-t", 120, "-l", log, "-o", options
    )
    if not started.ok:
        last = log.read_text(errors="replace")[-600:] if log.exists() else started.text
        raise CrmError(f"PostgreSQL did not start. The end of {log}:\n{last}")


def _works_in(process: psutil.Process, pg: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == pg
    except (psutil.Error, OSError):
        return False


def _socket_folder(pg: Path) -> Path:
    """Return where the socket goes: `pg`, or a private folder in /tmp when its path is long."""
    if len(f"{pg}/{SOCKET}".encode()) <= SOCKET_PATH_LIMIT:
        return pg
    place = pg.stat()
    folder = Path("/tmp") / f"attackacrack-{place.st_dev:x}-{place.st_ino:x}"  # noqa: S108
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid not in (os.geteuid(), pgtools.owner()[0]):
        raise CrmError(f"{folder} belongs to another user. Use a shorter DATA_DIR.")
    os.chown(folder, *pgtools.owner())
    return folder


def _make_database(data_path: Path) -> None:
    """Make the database unless it is there."""
    asked = f"select 1 from pg_database where datname = '{DATABASE}'"
    found = _tool(data_path, "psql", "-d", "postgres", "-XAtc", asked)
    if found.ok and not found.text:
        found = _tool(data_path, "createdb", DATABASE)
    if not found.ok:
        raise CrmError(f"The database could not be made: {found.text}")


def _tool(data_path: Path, name: str, *arguments: object) -> pgtools.Answer:
    """Run a client program against the server of `data_path`."""
    socket = Embedded(data_path, started=False).socket_folder
    return pgtools.run(name, data_path, "-h", socket, "-U", "postgres", *arguments)

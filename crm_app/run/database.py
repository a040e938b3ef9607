"""The database of a command: started when none runs, adopted when one does, left as it was."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_app.errors import CrmError
from crm_app.run import postgres
from crm_app.settings import settings


@contextmanager
def database(*, migrates: bool = True, ends: bool = False) -> Iterator[None]:
    """Hold a database for the block; with DATABASE_URL there is nothing to do.

    Its users share a lock on `pg.users`, which the kernel drops even after a kill. The last one
    out stops the server if one of them started it (`pg.ours`), or in any case with `ends`: `run`.
    The first one in brings the tables up to date, unless `migrates` is off. Raises CrmError when
    it is live without its number.
    """
    if not (settings().is_sandbox or settings().openphone_phone_number):
        raise CrmError(  # not the settings themselves: an image is built without a number
            "This is live: set OPENPHONE_PHONE_NUMBER to the firm's own, like +16175550100, or"
            " SANDBOX=1 for a look around."
        )
    if settings().database_url.get_secret_value():
        yield
        return
    data_path = settings().data_path.resolve()
    ours = data_path / "pg.ours"
    with locked(data_path / "pg.users", fcntl.LOCK_UN) as users:
        with locked(data_path / "pg.gate"):
            alone = _may_lock(users)
            if postgres.ensure(data_path) or ends:
                ours.touch()
            elif alone:
                ours.unlink(missing_ok=True)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            if alone and migrates:
                from crm_app.migrations import migrate

                migrate()
            yield
        finally:
            with locked(data_path / "pg.gate"):
                if _may_lock(users) and ours.exists():
                    postgres.stop(data_path)
                    ours.unlink()


@contextmanager
def locked(path: Path, how: int = fcntl.LOCK_EX) -> Iterator[int]:
    """Hold a lock on the file `path` for the block; yields its descriptor."""
    postgres.make_folder(path.parent)
    path.touch(mode=0o600)
    with path.open("r+") as file:
        fcntl.flock(file, how)
        yield file.fileno()


@contextmanager
def only_run(data_path: Path, where: str = "") -> Iterator[None]:
    """Be the only run of this data folder; raise CrmError that says where the other one is."""
    note = data_path / "run.lock"
    with locked(note, fcntl.LOCK_UN) as lock:
        if not _may_lock(lock):
            raise CrmError(f"Already running{note.read_text()}. End that one first (Ctrl-C).")
        note.write_text(f"{where} (process {os.getpid()})")
        yield


def _may_lock(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

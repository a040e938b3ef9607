"""Child processes: each in a session of its own, ended as a whole, found again after a kill."""

import os
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen

import psutil

from crm_app.settings import ROOT

LOG_LIMIT = 10_000_000
MARK = "ATTACKACRACK_RUN"  # in every child's environment: which data folder it works for


def start(name: str, command: list[str], data_path: Path, extra: dict[str, str]) -> Popen[bytes]:
    """Start `command` in its own session, its output appended to `logs/<name>.log`."""
    log = log_file(data_path, name)
    log.parent.mkdir(exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as out:
        return Popen(
            command,
            stdin=DEVNULL,
            stdout=out,
            stderr=STDOUT,
            cwd=ROOT,
            env=os.environ | extra | {MARK: str(data_path)},
            start_new_session=True,
            umask=0o077,  # pages' states, lists and logs hold people's data
        )


def log_file(data_path: Path, name: str) -> Path:
    """Return the file that the output of the child `name` goes to."""
    return data_path / "logs" / f"{name}.log"


def last_lines(log: Path, about: str = "") -> str:
    """Return the last lines of a log (those with `about`, if any), indented; "" without one."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    lines = [line for line in lines if about in line.lower()] or lines
    return "\n".join(f"    {line}" for line in lines[-12:])


def end_leftovers(data_path: Path) -> int:
    """End what a killed run left behind, known by our mark; return how many that were."""
    left = _living(lambda process: process.environ().get(MARK) == str(data_path))
    _end_all(left, grace=5)
    return len(left)


def end(children: Iterable[Popen[bytes]], *, grace: float) -> None:
    """End children with their whole sessions: TERM, and after `grace` seconds KILL."""
    leaders = {child.pid for child in children}  # a session is found without its leader, too
    _end_all(_living(lambda process: os.getsid(process.pid) in leaders), grace=grace)
    for child in children:
        child.wait()


def _living(is_meant: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    """Return the processes that are meant; one that we may not look at is not."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            if is_meant(process) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _end_all(processes: list[psutil.Process], *, grace: float) -> None:
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5)):
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # psutil checks that the id is still the same one
                process.send_signal(number)
        _, processes = psutil.wait_procs(processes, timeout=seconds)

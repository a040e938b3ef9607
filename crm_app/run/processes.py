"""Child processes: each in a session of its own, ended as a whole, found again after a kill."""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil

from crm_app.errors import CrmError
from crm_app.settings import ROOT

LOG_LIMIT = 10_000_000
MARK = "ATTACKACRACK_RUN"  # in every child's environment: which data folder it works for
PARENT = "ATTACKACRACK_PARENT"
_PR_SET_PDEATHSIG = 1


def start(
    name: str, command: list[str], data_path: Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start `command` in its own session, its output appended to `logs/<name>.log`."""
    log = log_file(data_path, name)
    log.parent.mkdir(exist_ok=True, mode=0o700)
    rotate(log)
    own = {MARK: str(data_path)}
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=os.environ | (environment or {}) | own,
            start_new_session=True,
            umask=0o077,  # pages' states, lists and logs hold people's data
        )


def log_file(data_path: Path, name: str) -> Path:
    """Return the file that the output of the child `name` goes to."""
    return data_path / "logs" / f"{name}.log"


def last_lines(log: Path, count: int = 12, about: str = "") -> str:
    """Return the last lines of a log (those with `about`, if any), indented; "" without one."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 40_000))
        lines = file.read().decode(errors="replace").splitlines()
    lines = [line for line in lines if about in line.lower()] or lines
    return "\n".join(f"    {line}" for line in lines[-count:])


def rotate(log: Path) -> None:
    """Move a log that grew long to `.1`; the child's descriptor appends, so it is emptied."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)


def remember(data_path: Path, what: str, children: Iterable[int]) -> None:
    """Write the ids and start times of running children to `<what>.json`, should we be killed."""
    known = []
    for pid in children:
        try:
            known.append([pid, psutil.Process(pid).create_time()])
        except psutil.NoSuchProcess:
            continue
    part = data_path / f"{what}.json.part"
    part.write_text(json.dumps(known))
    part.replace(data_path / f"{what}.json")


def end_leftovers(data_path: Path) -> int:
    """End what a killed run left behind and return how many processes that were.

    A session is ours only when its leader started when we said, or is gone, and the process
    carries our mark: a number that the system gave to somebody else is left alone.
    """
    left = []
    for file in (data_path / "run.json", data_path / "build.json"):
        for pid, started in json.loads(file.read_text()) if file.exists() else []:
            if not psutil.pid_exists(pid) or psutil.Process(pid).create_time() == started:
                left += [p for p in _session(pid) if _is_marked(p, data_path)]
        file.unlink(missing_ok=True)
    _end_all(left, grace=5)
    return len(left)


def end(children: Iterable[subprocess.Popen[bytes]], *, grace: float) -> None:
    """End children with all their descendants: TERM to the group, after `grace` seconds KILL."""
    _end_all([p for child in children for p in _session(child.pid)], grace=grace)
    for child in children:
        child.wait()


def die_with_parent() -> None:
    """Let the system end this process when the run that started it is killed (Linux)."""
    parent = os.environ.pop(PARENT, None)  # not for what this process starts
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        raise CrmError("The run that started this process is gone.")


def _session(leader: int) -> list[psutil.Process]:
    """Return the processes of the session that `leader` opened, whether it still lives or not."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def _is_marked(process: psutil.Process, data_path: Path) -> bool:
    try:
        return bool(process.environ().get(MARK) == str(data_path))
    except psutil.Error:
        return False


def _end_all(processes: list[psutil.Process], *, grace: float) -> None:
    for process in processes:
        _signal(process, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=grace)
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=5)


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)  # psutil checks that the id still means the same process
    except psutil.NoSuchProcess:
        return

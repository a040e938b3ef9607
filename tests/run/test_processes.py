"""Child processes: ended with all they started, found again after a kill, never a stranger."""

import subprocess
import sys
from pathlib import Path
from threading import Event

import psutil
import pytest

from crm_app.run import processes

# A child that starts a grandchild in a group of its own, as npm does, and tells its id.
FAMILY = (
    "import signal, subprocess\n"
    "child = subprocess.Popen(['sleep', '60'], process_group=0)\n"
    "print(child.pid, flush=True)\n"
    "signal.pause()\n"
)
DEAF = (
    "import signal\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\n"
    "signal.pause()\n"
)


def _start(tmp_path: Path, program: str) -> subprocess.Popen[bytes]:
    return processes.start("child", [sys.executable, "-c", program], tmp_path, {})


def _said(tmp_path: Path) -> str:
    """Wait until the child said something, and return it."""
    log = processes.log_file(tmp_path, "child")
    for _ in range(100):
        if text := log.read_text():
            return text.strip()
        Event().wait(0.05)
    raise AssertionError("the child said nothing")


def _is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_ending_a_child_ends_its_grandchildren_of_other_groups(tmp_path: Path) -> None:
    child = _start(tmp_path, FAMILY)
    grandchild = int(_said(tmp_path))
    assert _is_alive(grandchild)

    processes.end([child], grace=5)

    assert not _is_alive(child.pid)
    assert not _is_alive(grandchild)


def test_child_that_does_not_listen_is_killed_after_the_grace(tmp_path: Path) -> None:
    child = _start(tmp_path, DEAF)
    _said(tmp_path)

    processes.end([child], grace=0.3)

    assert not _is_alive(child.pid)


def test_leftovers_of_a_killed_run_are_ended(tmp_path: Path) -> None:
    child = _start(tmp_path, FAMILY)
    grandchild = int(_said(tmp_path))

    assert processes.end_leftovers(tmp_path) == 2

    child.wait()
    assert not _is_alive(grandchild)
    assert processes.end_leftovers(tmp_path) == 0


def test_leftovers_are_found_when_their_leader_is_gone(tmp_path: Path) -> None:
    child = _start(tmp_path, FAMILY)
    grandchild = int(_said(tmp_path))
    child.kill()
    child.wait()

    assert processes.end_leftovers(tmp_path) == 1
    assert not _is_alive(grandchild)


def test_process_of_another_run_or_of_nobody_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    other = processes.start("child", ["sleep", "60"], theirs, {})
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        assert processes.end_leftovers(tmp_path) == 0
        assert stranger.poll() is None
        assert other.poll() is None
        stranger.kill()
    processes.end([other], grace=5)


def test_log_that_grew_long_is_moved_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "LOG_LIMIT", 10)
    log = processes.log_file(tmp_path, "child")
    log.parent.mkdir()
    log.write_text("twelve bytes")
    processes.start("child", ["true"], tmp_path, {}).wait()
    assert log.read_text() == ""
    assert log.with_suffix(".log.1").read_text() == "twelve bytes"


def test_last_lines_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert processes.last_lines(log) == ""
    log.write_text("one\ntwo\nthree\n")
    assert processes.last_lines(log) == "    one\n    two\n    three"
    assert processes.last_lines(log, about="wo") == "    two"

"""`python -m crm_app run` as a person meets it: the real program with a stand-in front end."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path
from threading import Event

import psutil
import pytest

from crm_app.run import postgres
from tests.run.conftest import Start

# The bundle is not what these tests are about: one page, sealed as if it had been built.
STAND_IN = (
    "import json\n"
    "from crm_app.run import frontend as f\n"
    "f.BUNDLE.mkdir(parents=True)\n"
    "(f.BUNDLE / 'index.html').write_text('<p>page</p>')\n"
    "(f.BUNDLE / '404.html').write_text('<p>none</p>')\n"
    "stamp = {'from': f._sources() + f._digest([f.LOCK]), 'bundle': f._bundle()}\n"
    "f.STAMP.write_text(json.dumps(stamp))\n"
)
READY = "Ctrl-C stops everything"


@pytest.fixture
def port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def built(clone: Start, port: str) -> Start:
    """A clone whose front end needs no building."""
    assert clone("-c", STAND_IN, PORT=port).wait() == 0
    return clone


def _run(start: Start, port: str) -> subprocess.Popen[str]:
    return start("-m", "crm_app", "run", PORT=port)


def _told_until(process: subprocess.Popen[str], words: str) -> str:
    """Read stderr until `words` come."""
    assert process.stderr is not None
    told = ""
    for line in process.stderr:
        told += line
        if words in line:
            return told
    raise AssertionError(f"it ended without {words!r}:\n{told}")


def _health(port: str) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        found: dict[str, object] = json.loads(answer.read())
    return found


def _ours(folder: Path) -> list[psutil.Process]:
    """Every process that works for this data folder: children by their mark, and PostgreSQL."""
    found = []
    for process in psutil.process_iter():
        try:
            ours = process.environ().get("ATTACKACRACK_RUN") == str(folder)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    server = postgres.running(folder)
    return found + ([psutil.Process(server)] if server else [])


def _named(folder: Path, name: str) -> psutil.Process:
    (found,) = [
        p for p in _ours(folder) if p.cmdline()[-1:] == [name] and p.pid == os.getsid(p.pid)
    ]
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_prints_one_address_is_healthy_and_stops_all(
    built: Start, folder: Path, port: str, number: signal.Signals
) -> None:
    run = _run(built, port)
    _told_until(run, READY)
    assert _health(port)["ok"] is True
    assert len(_ours(folder)) >= 4

    run.send_signal(number)
    out, err = run.communicate(timeout=30)

    assert run.returncode == 0, err
    assert out.count("http") == 1
    assert f"http://localhost:{port}" in out
    assert "owner" in out, "the demo logins"
    assert _ours(folder) == []


def test_killed_child_is_started_again_and_a_killed_run_is_cleaned_up(
    built: Start, folder: Path, port: str
) -> None:
    run = _run(built, port)
    _told_until(run, READY)
    _named(folder, "worker").kill()
    _told_until(run, "Starting worker again.")
    _named(folder, "web").kill()
    _told_until(run, "Starting web again.")
    second = _run(built, port)
    _, err = second.communicate(timeout=30)
    assert second.returncode == 1
    assert f"Already running at http://localhost:{port}" in err

    run.kill()
    run.wait()
    third = _run(built, port)
    _told_until(third, READY)
    assert _health(port)["ok"] is True
    third.terminate()
    third.communicate(timeout=30)
    assert third.returncode == 0
    assert _ours(folder) == []


def test_what_outlives_a_killed_run_is_ended_by_the_next(
    built: Start, folder: Path, port: str
) -> None:
    run = _run(built, port)
    _told_until(run, READY)
    web = _named(folder, "web")
    web.suspend()  # it cannot hear that its run was killed
    run.kill()
    run.wait()
    Event().wait(0.5)
    assert web.is_running()

    again = _run(built, port)
    told = _told_until(again, READY)
    assert "that a killed run had left behind" in told
    again.terminate()
    again.communicate(timeout=30)
    assert _ours(folder) == []


def test_taken_port_is_a_sentence_and_starts_nothing(clone: Start, folder: Path, port: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(port)))
        taken.listen()
        run = _run(clone, port)
        out, err = run.communicate(timeout=30)
    assert (run.returncode, out) == (1, "")
    assert err.startswith(f"Port {port} is taken by process {os.getpid()}")
    assert _ours(folder) == []

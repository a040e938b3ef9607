"""`python -m crm_app run` as a person meets it: the real program with a stand-in front end."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import psutil
import pytest

from crm_app.run import postgres
from tests.run.conftest import Start

# The bundle is not what these tests are about: one page, sealed as if it had been built.
STAND_IN = (
    "from crm_app.run import frontend as f\n"
    "f.BUNDLE.mkdir(parents=True)\n"
    "(f.BUNDLE / 'index.html').write_text('<p>page</p>')\n"
    "(f.BUNDLE / '404.html').write_text('<p>none</p>')\n"
    "f.STAMP.write_text(f._sources())\n"
)
READY = "Ctrl-C stops everything"


@pytest.fixture
def port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def built(start: Start, port: str) -> Start:
    """Processes whose front end needs no building."""
    assert start("-c", STAND_IN, PORT=port).wait() == 0
    return start


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


def test_run_prints_one_address_is_healthy_and_stops_all(
    built: Start, folder: Path, port: str
) -> None:
    run = _run(built, port)
    _told_until(run, READY)
    assert _health(port)["ok"] is True
    assert len(_ours(folder)) >= 4

    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)

    assert run.returncode == 0, err
    assert out.count("http") == 1
    assert f"http://localhost:{port}" in out
    assert "owner" in out, "the demo logins"
    assert _ours(folder) == []


def test_killed_children_come_back_and_what_a_killed_run_left_is_ended(
    built: Start, folder: Path, port: str
) -> None:
    run = _run(built, port)
    _told_until(run, READY)
    for name in ("worker", "web"):
        _named(folder, name).kill()
        _told_until(run, f"Starting {name} again.")
    second = _run(built, port)
    _, err = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"Already running at http://localhost:{port}" in err

    web = _named(folder, "web")
    web.suspend()  # it cannot hear that its run is killed
    run.kill()
    run.wait()
    third = _run(built, port)
    assert "that a killed run had left behind" in _told_until(third, READY)
    assert not web.is_running()
    assert _health(port)["ok"] is True

    third.send_signal(signal.SIGTERM)
    third.communicate(timeout=60)
    assert third.returncode == 0
    assert _ours(folder) == []


def test_taken_port_is_a_sentence_and_starts_nothing(start: Start, folder: Path, port: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(port)))
        taken.listen()
        run = _run(start, port)
        out, err = run.communicate(timeout=30)
    assert (run.returncode, out) == (1, "")
    assert err.startswith(f"Port {port} is taken")
    assert _ours(folder) == []

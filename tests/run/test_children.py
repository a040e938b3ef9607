"""The children of a run: started again when they die, given up when they keep dying."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from crm_app.errors import CrmError
from crm_app.run import processes, supervisor
from crm_app.run.supervisor import Children
from crm_app.settings import settings

DIES = [sys.executable, "-c", "raise SystemExit('I cannot')"]
LIVES = ["sleep", "60"]


@pytest.fixture
def family(embedded: Path) -> Children:
    """Children whose programs a test may choose."""
    embedded.mkdir()
    made = Children(embedded, Event(), dev=False)
    made._commands = {"web": LIVES, "worker": LIVES}
    return made


def test_dead_child_is_started_again_and_that_is_said(
    family: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    family.start()
    first = family._children["worker"]
    first.kill()
    first.wait()

    family._pause(0)

    second = family._children["worker"]
    assert second.pid != first.pid
    assert second.poll() is None
    assert "worker ended by itself (-9)" in capsys.readouterr().err
    family.end()
    assert second.poll() is not None


def test_child_that_dies_five_times_in_a_minute_ends_the_run_with_the_reason(
    family: Children, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family._stop, "wait", lambda _seconds: False)
    family._commands = {"web": LIVES, "worker": DIES}
    family.start()
    for _ in range(4):
        family._children["worker"].wait()
        family._pause(0)
    family._children["worker"].wait()
    with pytest.raises(CrmError, match="worker died 5 times within a minute"):
        family._pause(0)
    told = capsys.readouterr().err
    assert told.count("Starting worker again.") == 4
    assert "I cannot" in told
    family.end()


def test_five_deaths_far_apart_are_survived(
    family: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(range(0, 1000, 20))
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: next(times))
    monkeypatch.setattr(family._stop, "wait", lambda _seconds: False)
    for _ in range(10):
        family._count_death("worker", "ended")


def test_asked_to_stop_nothing_is_started(family: Children) -> None:
    family._stop.set()
    with pytest.raises(KeyboardInterrupt):
        family.start()
    assert family._children == {}


def test_database_that_is_gone_is_started_again(
    family: Children, embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Path] = []

    def ensure(data_path: Path) -> None:
        started.append(data_path)
        family._stop.set()

    monkeypatch.setattr(supervisor.postgres, "ensure", ensure)
    with pytest.raises(KeyboardInterrupt):
        family.watch()
    assert started == [embedded]


def test_sandbox_is_started_only_for_a_pretend_world(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names(**environment: str) -> list[str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return list(Children(embedded, Event(), dev=False)._commands)

    assert names() == ["sandbox", "web", "worker"]
    assert names(OPENPHONE_BASE_URL="http://127.0.0.1:9") == ["web", "worker"]
    assert names(SANDBOX="0", OPENPHONE_API_KEY="key") == ["web", "worker"]


def test_development_reloads_web_and_worker(embedded: Path) -> None:
    commands = Children(embedded, Event(), dev=True)._commands
    assert commands["web"][1:3] == ["run", "--env"]
    assert "watchfiles" in commands["worker"][0]


def test_children_are_known_to_the_next_run(family: Children, embedded: Path) -> None:
    family.start()
    assert processes.end_leftovers(embedded) == 2
    family.end()


class _Health(BaseHTTPRequestHandler):
    answers: tuple[tuple[int, bytes], ...] = ()

    def do_GET(self) -> None:
        code, body = type(self).answers[0]
        type(self).answers = type(self).answers[1:] or type(self).answers
        self.send_response(code)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_run_waits_until_the_house_is_healthy(
    family: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    _Health.answers = ((503, b'{"worker": "never"}'), (200, b"{}"))
    with HTTPServer(("127.0.0.1", 0), _Health) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert supervisor.health(server.server_port) == (503, '{"worker": "never"}')
        assert supervisor.health(server.server_port) == (200, "{}")
        monkeypatch.setenv("PORT", str(server.server_port))
        settings.cache_clear()
        family.wait_until_healthy()
        server.shutdown()
    code, told = supervisor.health(server.server_port)
    assert (code, "does not answer" in told) == (0, True)


def test_what_stays_ill_is_said_and_does_not_end_the_run(
    family: Children, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "HEALTHY_WITHIN", 0)
    monkeypatch.setattr(supervisor, "health", lambda _port: (503, "provider: 402"))
    family.wait_until_healthy()
    assert "Not healthy yet: provider: 402" in capsys.readouterr().err

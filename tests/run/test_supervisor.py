"""`run`: refusals with a sentence; the whole of it stands in test_run.py."""

import signal
import socket
from pathlib import Path
from threading import Event

import pytest

from crm_app.errors import CrmError
from crm_app.run import supervisor
from crm_app.run.database import only_run
from crm_app.settings import settings


def test_taken_port_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CrmError, match=rf"Port {port} is taken.*PORT=3001"):
            supervisor.check_port(port)
    supervisor.check_port(port)


@pytest.mark.parametrize("port", ["0", "70000"])
def test_port_that_is_none_is_refused(
    port: str, embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", port)
    settings.cache_clear()
    with pytest.raises(CrmError, match="A setting makes no sense: PORT Input should be"):
        supervisor.command([])
    monkeypatch.delenv("PORT")


def test_a_sandbox_refuses_a_real_provider_before_it_starts_anything(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX", "1")
    monkeypatch.setenv("OPENPHONE_BASE_URL", "https://api.openphone.com")
    settings.cache_clear()
    with pytest.raises(CrmError, match="OPENPHONE_BASE_URL is a real address, and this is a sand"):
        supervisor.command([])


def test_second_run_is_refused_before_it_touches_anything(embedded: Path) -> None:
    embedded.mkdir()
    with only_run(embedded), pytest.raises(CrmError, match="Already running"):
        supervisor.command([])
    assert not (embedded / "pg").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_ask_for_a_stop_even_where_a_shell_ignores_them(number: signal.Signals) -> None:
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what `&` in a script does
    try:
        stop = supervisor._stop_on_signals()
        assert isinstance(stop, Event)
        signal.raise_signal(number)
        assert stop.is_set()
    finally:
        for n, handler in before.items():
            signal.signal(n, handler)

"""Data folders, servers and processes for the tests of `run`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_app import db, queue
from crm_app.run import postgres
from crm_app.settings import ROOT, Settings, settings


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that does not exist yet, on a path short enough for a socket."""
    # /tmp and not pytest's own folder: as root the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="crm-run-") as parent:
        Path(parent).chmod(0o755)
        data_path = Path(parent).resolve() / "data"
        yield data_path
        if data_path.exists():
            postgres.stop(data_path)


@pytest.fixture
def embedded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings of a sandbox that uses the embedded server of `folder`."""
    monkeypatch.setenv("DATA_DIR", str(folder))
    monkeypatch.setenv("SANDBOX", "1")
    _forget()
    yield folder
    _forget()


def _forget() -> None:
    """Let the next call read the settings again and connect anew."""
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    for cached in (settings, db.engine, queue.huey, queue._registered):
        cached.cache_clear()


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Start Python with arguments, on `folder`, without a developer's settings and front end."""
    ours = {name.upper() for name in Settings.model_fields}
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    own = {"ENV_FILE": os.devnull, "REFLEX_WEB_WORKDIR": str(folder.parent / "web")}
    started: list[subprocess.Popen[str]] = []

    def start(*command: str, **settings: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=clean | own | {"DATA_DIR": str(folder), "SANDBOX": "1"} | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()

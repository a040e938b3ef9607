"""A whole house for the commands that look after one."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest


@dataclass
class Home:
    """A data folder and a sandbox database of its own; `change` sets settings."""

    folder: Path
    url: str
    change: Callable[..., None]

    def connect(self) -> psycopg.Connection[Any]:
        """Connect as another program would."""
        return psycopg.connect(self.url)


@pytest.fixture
def home(fresh_database: str, environment: Callable[..., None]) -> Iterator[Home]:
    """Settings of a sandbox that stands and is not running."""
    # /tmp and not pytest's own folder, which is private: as root the data would be elsewhere.
    with tempfile.TemporaryDirectory(prefix="crm-home-") as folder:
        Path(folder).chmod(0o755)
        environment(DATA_DIR=f"{folder}/data")
        yield Home(Path(folder) / "data", fresh_database, environment)

"""A whole house for the commands that look after one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crm_app.settings import settings


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
def home(fresh_database: str, environment: Callable[..., None]) -> Home:
    """Settings of a sandbox that stands and is not running."""
    return Home(settings().data_path, fresh_database, environment)

"""A state of a screen, opened at an address without a browser; the guard is played."""

import asyncio
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import ReflexURL

from crm_app.auth.permissions import Person


def be(monkeypatch: pytest.MonkeyPatch, state: ModuleType, person: Person) -> None:
    """Let `person` be signed in for the states of a module."""

    async def signed_in(_state: rx.State) -> Person:
        return person

    monkeypatch.setattr(state, "signed_in", signed_in)


def open_state(kind: Any, path: str) -> Any:
    """Return a state as a tab at `path` has it."""
    root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]
    root.router = replace(root.router, url=ReflexURL(f"http://localhost{path}"))
    return asyncio.run(root.get_state(kind))


def run(event: Any) -> Any:
    """Run a handler to its end and return what it gives."""
    return asyncio.run(event)

"""Calls of the demo's people, as OpenPhone would have told of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from crm_app.calls.actions import CallTold, note_call
from crm_app.conversations.models import Direction
from crm_app.settings import settings


def ring(session: Session, e164: str, call: Mapping[str, Any], at: datetime) -> None:
    """Let somebody call us at that time: answered for so many seconds, or missed."""
    seconds: int = call.get("seconds", 0)
    answered = at if seconds else None
    note_call(
        session,
        CallTold(
            f"DEMOcall{e164[1:]}", at, settings().own_number, e164, Direction.IN, answered,
            at + timedelta(seconds=seconds), is_missed=not seconds, seconds=seconds or None,
        ),
    )  # fmt: skip

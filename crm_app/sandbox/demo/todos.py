"""To-dos of the demo that people of the firm wrote."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app.auth.models import User
from crm_app.times import local
from crm_app.work.models import WorkItem

_THREAD = text("select id, contact_id from conversation where e164 = :e164")


def write(
    session: Session, told: Mapping[str, Any], users: Mapping[str, User], at: datetime
) -> None:
    """Write one to-do as the owner would have at that time."""
    thread = session.execute(_THREAD, {"e164": told.get("phone")}).first()
    by = users["owner"].name
    session.add(WorkItem(
        title=told["title"], due=local(at).date() + timedelta(days=told["due"]),
        assigned_to=users[told["whose"]].id if "whose" in told else None,
        conversation_id=thread.id if thread else None,
        contact_id=thread.contact_id if thread else None,
        created_at=at, created_by=by, updated_at=at, updated_by=by,
    ))  # fmt: skip

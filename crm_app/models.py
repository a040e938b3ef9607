"""Imports every module's tables, so that Alembic and the tests see all of them."""

from sqlmodel import SQLModel

from crm_app import house
from crm_app.auth import models as auth
from crm_app.campaigns import models as campaigns
from crm_app.compliance import models as compliance
from crm_app.contacts import models as contacts
from crm_app.conversations import models as conversations
from crm_app.imports import models as imports
from crm_app.webhooks import models as webhooks

__all__ = [
    "auth",
    "campaigns",
    "compliance",
    "contacts",
    "conversations",
    "house",
    "imports",
    "webhooks",
]

metadata = SQLModel.metadata

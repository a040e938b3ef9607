"""The signing keys that came with our subscriptions at OpenPhone."""

from datetime import datetime

from sqlmodel import Field

from crm_app.db import Table


class WebhookKey(Table, table=True):
    """A signing key of one subscription, told once by the provider. Times are wall clock."""

    id: int = Field(default=None, primary_key=True)
    provider: str = Field(default="openphone", max_length=20)
    subscription_id: str = Field(max_length=120, index=True)
    system: str = Field(max_length=10, description="dated or v1")
    url: str
    encrypted: str = Field(description="the key in base64, by Fernet with SECRET_KEY")
    made_at: datetime
    retired_at: datetime | None = Field(default=None, description="from then on it is not good")
    last_used_at: datetime | None = Field(default=None, description="to some seconds")

"""TEMPORARY stand-ins until the engine lands."""

import importlib.util
import sys
import types
from dataclasses import dataclass

from sqlmodel import col, select, update

if importlib.util.find_spec("crm_app.compliance.queries") is None:
    from crm_app.compliance.models import Attestation

    module = types.ModuleType("crm_app.compliance.queries")
    module.is_attested = lambda session, list_id: (
        session.exec(select(Attestation).where(Attestation.list_id == list_id)).first() is not None
    )
    sys.modules["crm_app.compliance.queries"] = module

if importlib.util.find_spec("crm_app.conversations.actions") is None:
    from crm_app import clock
    from crm_app.compliance.purposes import Purpose
    from crm_app.conversations.models import Outbox, OutboxState
    from crm_app.settings import settings

    module = types.ModuleType("crm_app.conversations.actions")

    @dataclass(frozen=True)
    class NewText:
        e164: str
        contact_id: int
        property_id: int | None
        body: str

    @dataclass(frozen=True)
    class Queued:
        e164: str
        outbox_id: int | None
        skipped_because: str

    def queue_many(session, *, campaign_id, texts):
        found = []
        for one in texts:
            row = Outbox(
                own_number=settings().own_number,
                e164=one.e164,
                campaign_id=campaign_id,
                contact_id=one.contact_id,
                property_id=one.property_id,
                purpose=Purpose.COLD,
                priority=5,
                body=one.body,
                created_at=clock.now(session),
                not_before=clock.now(session),
            )
            session.add(row)
            session.flush()
            found.append(Queued(one.e164, row.id, ""))
        return found

    def change(session, campaign_id, **values):
        session.execute(
            update(Outbox)
            .where(col(Outbox.campaign_id) == campaign_id, col(Outbox.state) == "waiting")
            .values(**values)
        )

    module.NewText, module.Queued, module.queue_many = NewText, Queued, queue_many
    module.pause_campaign = lambda s, i: change(s, i, is_paused=True)
    module.resume_campaign = lambda s, i: change(s, i, is_paused=False)
    module.cancel_campaign = lambda s, i, because: change(
        s, i, state=OutboxState.CANCELLED, because=because
    )
    sys.modules["crm_app.conversations.actions"] = module
    import crm_app.conversations

    crm_app.conversations.actions = module

"""Telling what was: past campaigns and threads, by the program's own verbs, at times gone by.

So the rows are those that real texts would have left, the gate's decisions too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from crm_app.auth.models import User
from crm_app.campaigns.models import Campaign, CampaignState, Wording
from crm_app.campaigns.wording import render
from crm_app.compliance import replies
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate_rules import CONFIRM_WITHIN
from crm_app.compliance.windows import Clock
from crm_app.contacts.models import Contact, Property
from crm_app.conversations import slots, threads
from crm_app.conversations.actions import new_row
from crm_app.conversations.models import (
    Direction,
    Message,
    MessageStatus,
    Outbox,
    OutboxState,
    Pace,
)
from crm_app.conversations.optout import freeze, opt_out, text_before
from crm_app.conversations.threads import Said
from crm_app.outbox.actions import set_pace
from crm_app.outbox.outcomes import Receipt, sent
from crm_app.sandbox.demo.calls import hang_photo, ring
from crm_app.sandbox.demo.decided import decide
from crm_app.sandbox.stage.chance import roll
from crm_app.settings import settings

MOMENT = timedelta(seconds=4)  # until the confirmation of a STOP leaves
CAP, ASKED = 125, 3  # cold texts a day, far from reached; how often a receipt was asked for


@dataclass(frozen=True)
class Home:
    """Somebody of the demo as `weeks.toml` tells of them, their contact, and their house."""

    who: Mapping[str, Any]
    contact: Contact
    house: Property


def after(before: datetime, told: Mapping[str, Any], firm: Clock) -> datetime:
    """Return when something was told to be: some minutes after `before`, or working days."""
    if "at" not in told:
        return before + timedelta(minutes=told["minutes"])
    day, left = firm.local(before).date(), told["days"]
    step = 1 if left > 0 else -1
    while left:
        day += timedelta(days=step)
        left -= step if firm.day_off(day) is None else 0
    return datetime.combine(day, told["at"], ZoneInfo(firm.zone)).astimezone(UTC)


def tell_campaign(
    session: Session, told: Mapping[str, Any], list_id: int, homes: Sequence[Home], owner: int,
    now: datetime, firm: Clock,
) -> dict[str, datetime]:  # fmt: skip
    """Tell of a campaign that ended: each text left at its pace; return when each number's did."""
    began = due = after(now, told, firm)
    chosen = {name: told[name] for name in ("name", "body", "texts", "minutes")}
    campaign = Campaign(
        **chosen,
        list_id=list_id,
        state=CampaignState.COMPLETED,
        created_by=owner,
        created_at=began - timedelta(minutes=20),
        started_by=owner,
        started_at=began,
    )
    session.add(campaign)
    session.flush()
    session.add(Wording(
        campaign_id=campaign.id, version=1, body=campaign.body, written_by=owner, at=began
    ))  # fmt: skip
    seconds, texted = campaign.minutes * 60 / campaign.texts, dict[str, datetime]()
    for one in homes:
        row = _cold(campaign.id, told["body"], one, began)
        if row.state is OutboxState.NEVER:
            session.add(row)
            decide(session, row, began, 0)
            continue
        due = firm.opens(due) or due
        decide(session, row, due, sum(at.date() == due.date() for at in texted.values()))
        texted[row.e164] = due
        _what_became(session, row, one.who, due)
        campaign.ended_at = due
        due += timedelta(seconds=seconds * (0.75 + roll(campaign.name, row.e164) / 2))
    told = {"campaign_id": campaign.id, "name": campaign.name, "list_id": list_id}
    set_pace(session, Pace(**told, seconds=seconds, next_at=due))
    return texted


def _cold(campaign_id: int, body: str, one: Home, at: datetime) -> Outbox:
    """Return a campaign's text to somebody, or the row that says why there is none."""
    house, never = one.house, ""
    if one.contact.is_company:
        never = "a company, not a homeowner"
    elif one.who.get("landline"):
        never = "no number that can be texted: a landline"
    values = {"first_name": one.contact.first_name, "street": house.address, "city": house.city}
    filled, _ = render(body, values | {"year_built": str(house.year_built)})
    row = Outbox(**new_row(one.who["phone"], "" if never else filled, Purpose.COLD, None, at))
    row.contact_id, row.property_id = one.contact.id, house.id
    row.campaign_id, row.version = campaign_id, 1
    if never:
        row.state, row.because, row.finished_at = OutboxState.NEVER, never, at
    return row


def _what_became(session: Session, row: Outbox, who: Mapping[str, Any], at: datetime) -> None:
    """Let a campaign's text leave at that time, and tell what became of it."""
    if "refused" in who:
        row.state, row.because = OutboxState.FAILED, who["refused"]
        row.attempts, row.finished_at = 1, at
        session.flush()
        opt_out(session, row.e164, source="provider", because=who["refused"], at=at)
        return
    slots.take_day_slot(session, row.own_number, at, CAP)
    if "error" in who:
        said = _send(session, row, at, MessageStatus.SENT)
        threads.move_forward(session, said, MessageStatus.UNDELIVERED, who["error"])
        threads.settle_row(session, said)
    elif who.get("unconfirmed"):
        _send(session, row, at, MessageStatus.SENT)
        row.receipt_checks = ASKED
    else:
        _send(session, row, at, MessageStatus.DELIVERED)


def tell_thread(
    session: Session, told: Mapping[str, Any], since: datetime, users: Mapping[str, User],
    firm: Clock,
) -> None:  # fmt: skip
    """Tell what was said in a thread after `since`, by whom, and how it stands now."""
    at, e164 = since, told["phone"]
    for n, text in enumerate(told["texts"]):
        at = after(at, text, firm)
        if "ours" in text:
            _answer(session, e164, text, users[text["ours"]].id, at)
        elif "call" in text:
            ring(session, e164, text["call"], at)
        else:
            _hear(session, e164, text, f"DEMOin{e164[1:]}-{n}", at)
    thread = threads.thread_with(session, settings().own_number, e164, at)
    thread.assigned_to = users[told["assigned_to"]].id if "assigned_to" in told else None
    thread.is_unread = told.get("unread", False)
    thread.is_unanswered = thread.is_unanswered and not told.get("done", False)
    session.flush()


def _hear(
    session: Session, e164: str, text: Mapping[str, Any], provider_id: str, at: datetime
) -> None:
    """Let a text of theirs arrive; a STOP counts first, and is confirmed."""
    body = text["body"]
    found = replies.read(body, text_before(session, e164, at))
    if found.verdict is replies.Verdict.STOP:
        opt_out(session, e164, source="text", because=body, at=at)
    elif found.verdict is replies.Verdict.HOLD:
        freeze(session, e164, body, found.because, at)
    parties = (provider_id, settings().own_number, e164, Direction.IN, body)
    threads.receive_text(session, Said(*parties, MessageStatus.RECEIVED, at))
    hang_photo(session, provider_id, text.get("photo", ""), at)
    waiting = select(Outbox).where(Outbox.e164 == e164, Outbox.state == OutboxState.WAITING)
    for row in session.exec(waiting.where(col(Outbox.suppression_id).is_not(None))):
        row.send_before = at + CONFIRM_WITHIN
        _send(session, row, at + MOMENT, MessageStatus.DELIVERED)


def _answer(
    session: Session, e164: str, text: Mapping[str, Any], user_id: int, at: datetime
) -> None:
    """Let somebody of the firm answer, who may enter a stop as well."""
    thread = threads.thread_with(session, settings().own_number, e164, at)
    row = Outbox(**new_row(e164, text["body"], Purpose.REPLY, None, at))
    row.user_id, row.contact_id = user_id, thread.contact_id
    _send(session, row, at, MessageStatus.DELIVERED)
    if because := text.get("stops"):
        opt_out(session, e164, source="person", because=because, at=at, by_user=user_id)


def _send(session: Session, row: Outbox, at: datetime, status: MessageStatus) -> Message:
    """Let a text leave at that time, with what the provider says of it; return its message."""
    row.created_at, row.not_before, row.started_at, row.attempts = at, at, at, 1
    session.add(row)
    session.flush()
    sent(session, row, Receipt(f"DEMO{row.id}", status, at), at)
    return session.exec(select(Message).where(Message.outbox_id == row.id)).one()

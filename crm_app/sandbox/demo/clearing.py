"""Clearing the demo away: its people, houses, lists and campaigns, and all that hangs on them.

What the person made stays. Where it touches the demo, docs/sandbox.md says which part goes.
"""

from time import time
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import live
from crm_app.campaigns.actions import settle
from crm_app.contacts.actions import refresh_houses
from crm_app.conversations.facts import COLD
from crm_app.conversations.slots import lock_line, lock_number
from crm_app.errors import CrmError
from crm_app.evidence.ledger import newest, seal
from crm_app.outbox.actions import cancel_campaign
from crm_app.sandbox.clocks import TOPIC, only_in_sandbox
from crm_app.sandbox.demo.world import marks
from crm_app.settings import settings

MOMENT = 60  # seconds in which a file may lie there before its row names it
IN_FLIGHT = "A text to somebody of the demo is just leaving. Clear the demo in a minute."
_THERE = text(
    "select exists (select from phone_number where e164 = any(:numbers))"
    " or exists (select from contact_list where name = any(:lists))"
    " or exists (select from campaign where name = any(:campaigns))"
    " or exists (select from property where address_key = any(:houses))"
)
# Each name of what goes, and the query for it; later ones use the earlier.
_FOUND = {
    "contacts": "with recursive who as (select contact_id as id from phone_number"
    " where e164 = any(:numbers) union select gone_id from merge join who on kept_id = who.id)"
    " select id from who",
    "numbers": "select e164 from phone_number where contact_id = any(:contacts)"
    " union select unnest(cast(:numbers as text[]))",
    "houses": "select id from property where address_key = any(:houses)",
    "lists": "select id from contact_list where name = any(:lists)",
    "campaigns": "select id from campaign where name = any(:campaigns) or list_id = any(:lists)",
    "threads": "select id from conversation where e164 = any(:numbers)"
    " or contact_id = any(:contacts)",
    "neighbors": "select contact_id from contact_property where property_id = any(:houses)"
    " and not contact_id = any(:contacts)",
}
_LEAVING = text("select 1 from outbox where e164 = any(:numbers) and state = 'sending'")
# In this order, since rows hold on to others. A text that left for somebody of the user's stays.
_STEPS = """
update day_cap set used = used - gone.texts from (
    select own_number, cast(started_at at time zone :zone as date) as day, count(*) as texts
    from outbox where e164 = any(:numbers) and started_at is not null and purpose = any(:cold)
    group by 1, 2
) gone where day_cap.own_number = gone.own_number and day_cap.day = gone.day;
delete from day_cap where used <= 0;
delete from work_item where title = any(:todos) or conversation_id = any(:threads)
    or contact_id = any(:contacts);
delete from recovered where message_id in
    (select id from message where conversation_id = any(:threads))
    or call_id in (select id from call where conversation_id = any(:threads));
delete from message where conversation_id = any(:threads);
delete from call where conversation_id = any(:threads);
delete from outbox where e164 = any(:numbers)
    or campaign_id = any(:campaigns) and started_at is null;
update outbox set campaign_id = null where campaign_id = any(:campaigns);
update outbox set contact_id = null where contact_id = any(:contacts);
update outbox set property_id = null where property_id = any(:houses);
delete from conversation where id = any(:threads);
delete from suppression where e164 = any(:numbers);
delete from frozen where e164 = any(:numbers);
delete from consent where e164 = any(:numbers);
delete from number_check where e164 = any(:numbers);
delete from pace where campaign_id = any(:campaigns) or list_id = any(:lists);
delete from wording where campaign_id = any(:campaigns);
delete from campaign where id = any(:campaigns);
delete from list_member where list_id = any(:lists) or contact_id = any(:contacts);
update list_member set property_id = null where property_id = any(:houses);
delete from attestation where list_id = any(:lists);
update import set list_id = null where list_id = any(:lists);
delete from contact_list where id = any(:lists);
delete from contact_property where contact_id = any(:contacts) or property_id = any(:houses);
delete from media where kind = 'photo'
    and (contact_id = any(:contacts) or property_id = any(:houses));
delete from property where id = any(:houses);
update contact set houses = '' where id = any(:neighbors);
delete from phone_number where contact_id = any(:contacts);
delete from merge where kept_id = any(:contacts) or gone_id = any(:contacts);
delete from contact where id = any(:contacts);
delete from known_contact where numbers && cast(:numbers as text[]);
delete from delivery where body like any(:mentions);
delete from refused_delivery where body like any(:mentions);
"""
_DECIDED = text("select 1 from decision where e164 = any(:numbers)")
# Decisions are kept for ever, by a trigger. None of these was about a real person: a sandbox's
# database never runs live. What is left is sealed anew: the old seals would not fit any more. The
# lock that this takes is why it comes last.
_DECISIONS = """
alter table decision disable trigger decision_is_append_only;
delete from decision where e164 = any(:numbers);
alter table decision enable trigger decision_is_append_only;
alter table seal disable trigger seal_is_append_only;
delete from seal;
alter table seal enable trigger seal_is_append_only
"""


def is_there(session: Session) -> bool:
    """Return whether anything of the demo is left that a screen shows."""
    return bool(session.execute(_THERE, vars(marks())).scalar())


def clear(session: Session) -> int:
    """Remove the demo and what hangs on it; return how many people went. Safe to do twice.

    Raises CrmError in live mode, and while a text to one of its people is being sent.
    """
    only_in_sandbox()
    lock_line(session, settings().own_number)  # no text is claimed from here on
    for e164 in sorted(marks().numbers):
        lock_number(session, e164)
    going = _find(session)
    if session.execute(_LEAVING, going).first():
        raise CrmError(IN_FLIGHT)
    for campaign_id in going["campaigns"]:
        cancel_campaign(session, campaign_id, "campaign cancelled")
    _run(session, _STEPS, going)
    refresh_houses(session, going["neighbors"])
    settle(session)
    if session.execute(_DECIDED, going).first():
        _run(session, _DECISIONS, going)
        seal(session, newest(session))
    _tell(session, going)
    return len(going["contacts"])


def drop_files(session: Session) -> None:
    """Drop what lies in the store and no row names any more, but for what came just now."""
    named = set(session.execute(text("select sha256 from media")).scalars())
    for file in (settings().data_path / "media").glob("*/*"):
        if file.name.partition(".")[0] not in named and time() - file.stat().st_mtime > MOMENT:
            file.unlink()


def _find(session: Session) -> dict[str, Any]:
    """Return the numbers and the ids of all that goes, by its name."""
    going: dict[str, Any] = {**vars(marks())}
    for name, query in _FOUND.items():
        going[name] = list(session.execute(text(query), going).scalars())
    mentions = [f"%{e164}%" for e164 in going["numbers"]]
    return going | {"mentions": mentions, "cold": COLD, "zone": settings().company_timezone}


def _run(session: Session, steps: str, going: dict[str, Any]) -> None:
    for step in steps.strip().rstrip(";").split(";"):
        session.execute(text(step), going)


def _tell(session: Session, going: dict[str, Any]) -> None:
    """Let every open screen read again."""
    for topic, keys in (("campaign", going["campaigns"]), ("thread", going["threads"])):
        for key in keys:
            live.publish(session, topic, key)
    for topic in ("inbox", "line", "campaign", "work", TOPIC):
        live.publish(session, topic)

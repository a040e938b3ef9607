"""What must be true before a start, and what one would do: how many, from when, at what cost."""

from sqlmodel import Session

from crm_app import clock
from crm_app.campaigns.audience import Audience, audience
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.campaigns.preview import Written, blanks, cost, write_all
from crm_app.compliance.gate import may_send
from crm_app.compliance.purposes import Purpose
from crm_app.compliance.queries import is_attested
from crm_app.compliance.rules import rules
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError
from crm_app.times import ahead


def ready(session: Session, campaign: Campaign) -> tuple[Audience, list[Written]]:
    """Return everybody and the texts of those who get one; raise CrmError with what is missing."""
    if campaign.state is not CampaignState.DRAFT:
        raise CrmError("This campaign has already started.")
    if not campaign.body.strip():
        raise CrmError("Write the text first.")
    if not is_attested(session, campaign.list_id):
        raise CrmError("The owner must first attest the right to text this list.")
    people = audience(session, campaign.list_id)
    written = write_all(people, campaign.body)
    if not written:
        raise CrmError("Nobody on this list can be texted.")
    missing = blanks(written)
    if missing:
        raise CrmError(missing[0])
    return people, written


def look_ahead(session: Session, campaign_id: int) -> list[str]:
    """Say what a start would do: how many people, from when, at what cost, what limits it.

    Asks the gate about everybody as it is now; raises CrmError with what is still missing.
    """
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise CrmError("This campaign does not exist.")
    _people, written = ready(session, campaign)
    now, count = clock.now(session), len(written)
    asked = [Asked(one.member.e164, one.member.property_id) for one in written]
    told = facts_for(session, Purpose.COLD, asked).values()
    decisions = [may_send(facts, now) for facts in told]
    times = [now if each.allowed else each.opens_at for each in decisions]
    opens = min((at for at in times if at), default=None)
    never = sum(each.never for each in decisions)
    said = ["1 person gets one text" if count == 1 else f"{count:,} people get one text each"]
    if never:
        said.append(f"{never:,} of them may never be texted and are skipped")
    if opens is None:
        said.append("Nobody can be texted in the next days")
    else:
        said.append("The first leaves " + ("now" if opens <= now else f"at {ahead(opens, now)}"))
    said.append(f"About {cost(written)}")
    limit = rules(session).cold_daily_limit
    if not limit:
        said.append("The daily limit is 0, so none leaves: change it in Settings")
    elif count > limit:
        said.append(f"At most {limit:,} a day: {-(-count // limit):,} working days or more")
    return said

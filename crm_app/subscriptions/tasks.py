"""Asks OpenPhone how our webhooks stand: each hour, each minute while something is amiss."""

from datetime import timedelta
from urllib.parse import urlsplit

from crm_app import clock, db, house, queue
from crm_app.alarms import alarm
from crm_app.errors import CrmError, ProviderError
from crm_app.settings import LOOPBACK, NOWHERE, settings
from crm_app.subscriptions import client, keyring, rules
from crm_app.subscriptions.keyring import WORDS
from crm_app.subscriptions.rules import LOOKED


@queue.periodic
def look_at_webhooks() -> bool:
    """Note for /admin what is amiss; when it still is at the second look, write to the owner."""
    with db.transaction() as session:
        last = session.get(house.Heartbeat, LOOKED)
        was_amiss = bool(last and last.detail)
        is_recent = last and clock.wall() - last.at < timedelta(hours=1) and not was_amiss
    if is_recent or settings().provider_url == NOWHERE:
        return False
    try:
        *_, problem = look()
    except (CrmError, ProviderError) as found:
        problem = str(found).rstrip(".")
    if problem and was_amiss:
        alarm("webhooks", "OpenPhone's webhooks are amiss", f"{problem}.\n\n{WORDS['amiss']}")
    return True


def address() -> str:
    """Return where OpenPhone delivers to; raise CrmError when it could not."""
    origin = urlsplit(settings().public_origin)
    is_far = origin.scheme == "https" and origin.hostname not in LOOPBACK
    if not (is_far or settings().is_sandbox):
        raise CrmError(f"{WORDS['no_address']}.")
    return f"{settings().public_origin}/webhooks/openphone"


def look() -> tuple[str, list[rules.Subscription], str]:
    """Ask OpenPhone; return the system in use, all subscriptions, and what is amiss, or "".

    What is amiss is noted; so is why OpenPhone could not be asked, which raises CrmError or
    ProviderError.
    """
    with db.transaction() as session:
        held = keyring.held(session)
    problem = "OpenPhone could not be asked"
    try:
        system, listed = client.listed(list(held))
        has_keys = bool(settings().openphone_webhook_keys.get_secret_value())
        by_hand = has_keys or (settings().is_sandbox and not listed)  # it needs no subscription
        problem = rules.amiss(system, listed, address(), held, by_hand=by_hand)
    except (CrmError, ProviderError) as found:
        problem = str(found).rstrip(".")
        raise
    finally:
        with db.transaction() as session:
            house.beat(session, LOOKED, clock.wall(), problem)
    return system, listed, problem

"""Asks each hour what OpenPhone has subscribed, each minute while something is amiss."""

from datetime import timedelta

from crm_app import clock, db, house, queue
from crm_app.alarms import alarm
from crm_app.errors import CrmError, ProviderError
from crm_app.settings import NOWHERE, settings
from crm_app.subscriptions.keyring import WORDS
from crm_app.subscriptions.look import look
from crm_app.subscriptions.rules import LOOKED


@queue.periodic
def look_at_webhooks() -> None:
    """Note for /admin what is amiss; when it still is at the second look, write to the owner."""
    with db.transaction() as session:
        last = session.get(house.Heartbeat, LOOKED)
        was_amiss = bool(last and last.detail)
        is_recent = last and clock.wall() - last.at < timedelta(hours=1) and not was_amiss
    if is_recent or settings().provider_url == NOWHERE:
        return
    try:
        *_, problem = look()
    except (CrmError, ProviderError) as found:
        problem = str(found)
    if problem and was_amiss:
        alarm("webhooks", "OpenPhone's webhooks are amiss", f"{problem}.\n\n{WORDS['amiss']}")

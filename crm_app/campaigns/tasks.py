"""What the worker does for campaigns: closing those that have nothing left to send."""

from crm_app import db, queue
from crm_app.campaigns.actions import settle


@queue.periodic
def settle_campaigns() -> None:
    """Complete the campaigns whose last text has left; safe when two run at once."""
    with db.transaction() as session:
        settle(session)

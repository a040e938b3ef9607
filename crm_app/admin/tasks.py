"""What the worker does at night for the whole database."""

from crm_app import clock, db, queue
from crm_app.admin.commands import save
from crm_app.webhooks.actions import forget_bodies


@queue.nightly("05:00")
def back_up() -> None:
    """Save the database into `backups/`."""
    save()


@queue.nightly("Sun 04:00")
def forget_webhook_bodies() -> None:
    """Empty the deliveries that were applied a week ago."""
    with db.transaction() as session:
        forget_bodies(session, clock.wall())

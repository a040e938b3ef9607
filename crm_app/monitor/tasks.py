"""What the worker does to hear silence: the hourly check, the figures, forgetting old checks."""

from crm_app import db, queue
from crm_app.alarms import troubles, watch
from crm_app.monitor import actions, figures, queries
from crm_app.openphone.tasks import send_outbox


@queue.periodic
def check_line() -> bool:
    """Judge the open health check, begin the hour's, and tell what is wrong or well again."""
    with db.transaction() as session:
        actions.judge(session)
        is_begun, failure = actions.begin(session), queries.failure(session)
    if is_begun:
        queue.ring(send_outbox)
    watch("health check", failure)
    return is_begun


@queue.periodic
def look_at_deliveries() -> None:
    """Tell of failures, slowness, and silence; once an hour at most for each."""
    with db.transaction() as session:
        found = figures.look(session, troubles(session).get("silence", ""))
    for cause, words in found.items():
        watch(cause, words)


@queue.nightly("03:00")
def forget_checks() -> None:
    """Keep the health checks of 30 days."""
    with db.transaction() as session:
        actions.forget(session)

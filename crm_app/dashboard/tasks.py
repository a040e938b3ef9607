"""What the worker does for /: the rules' to-dos."""

from crm_app import db, queue
from crm_app.dashboard import rules


@queue.periodic
def follow_rules() -> None:
    """Make and end the rules' to-dos."""
    with db.transaction() as session:
        rules.follow_rules(session)

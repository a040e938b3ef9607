"""What the worker does for the search."""

from crm_app import db, queue
from crm_app.lists import spelling


@queue.periodic
def gather_words() -> bool:
    """Gather the words that a search may have meant, when they may have changed."""
    with db.transaction() as session:
        return spelling.gather_words(session)

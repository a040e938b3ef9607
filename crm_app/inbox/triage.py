"""What a person does with a thread beside writing: done, and whose it is."""

from sqlalchemy import text
from sqlmodel import Session

from crm_app.auth.models import User
from crm_app.auth.permissions import Permission, Person
from crm_app.conversations.models import Conversation
from crm_app.conversations.threads import tell
from crm_app.errors import CrmError


def visible(session: Session, conversation_id: int, person: Person) -> Conversation:
    """Return a conversation that `person` may read; raise CrmError for any other."""
    person.must(Permission.SEE_PEOPLE)
    found = session.get(Conversation, conversation_id)
    mine = found and (person.may(Permission.READ_ALL_THREADS) or found.assigned_to == person.id)
    if found is None or not mine:
        raise CrmError("There is no such conversation, or it is not assigned to you.")
    return found


def mark_done(session: Session, conversation_id: int, person: Person) -> None:
    """Note that a thread needs no answer: neither unread nor unanswered any more."""
    found = visible(session, conversation_id, person)
    found.is_unread = found.is_unanswered = False
    session.flush()
    tell(session, conversation_id)


def assign(session: Session, conversation_id: int, user_id: int | None, person: Person) -> None:
    """Give a thread to a user, or to nobody; needs the right to read all threads."""
    person.must(Permission.READ_ALL_THREADS)
    found = visible(session, conversation_id, person)
    if user_id is not None:
        user = session.get(User, user_id)
        if user is None or user.disabled_at:
            raise CrmError("This user is not there any more.")
    found.assigned_to = user_id
    session.flush()
    tell(session, conversation_id)


def users_to_assign(session: Session) -> list[tuple[int, str]]:
    """Return id and name of everybody who can work on a thread, by name."""
    found = session.execute(
        text(
            "select id, name from app_user where disabled_at is null and role <> 'marketer'"
            " order by lower(name), id"
        )
    )
    return [(row.id, row.name) for row in found]

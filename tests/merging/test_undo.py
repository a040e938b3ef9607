from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app.auth.permissions import Role
from crm_app.contacts.models import Contact, ContactProperty, PhoneNumber
from crm_app.conversations.models import Conversation, Outbox
from crm_app.errors import CrmError, ForbiddenError
from crm_app.media.models import Media, MediaKind
from crm_app.merging.actions import merge
from crm_app.merging.models import Merge
from crm_app.merging.undo import undo
from tests.merging.people import dump, make_full, make_thread, make_world, seen, stop
from tests.texting import TUESDAY, olivia, set_clock

_TIES = st.lists(
    st.tuples(
        st.integers(0, 1), st.sampled_from(["owner", "tenant"]), st.integers(0, 2), st.booleans()
    ),
    max_size=3, unique_by=lambda tie: tie[:2],
)  # fmt: skip
_HAS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Pat Example", "(617) 555-0140", "Kim Other"]),
        "email": st.sampled_from(["", "pat@example.com", "kim@example.com"]),
        "other_emails": st.sampled_from(["", "pat@example.com", "a@example.com · b@example.com"]),
        "other_names": st.sampled_from(["", "Kim Other"]),
        "notes": st.sampled_from(["", "Has a dog"]),
        "tags": st.lists(st.sampled_from(["hot", "new"]), unique=True),
        "extras": st.dictionaries(
            st.sampled_from(["Lot", "Lot (2)", "Pool"]), st.sampled_from("12")
        ),
        "edited": st.lists(st.sampled_from(["email", "notes"]), unique=True),
        "numbers": st.integers(0, 3),
        "threads": st.sets(st.integers(0, 2)),
        "waiting": st.sets(st.integers(0, 2)),
        "ties": _TIES,
        "lists": st.sets(st.integers(0, 1)),
        "photos": st.integers(0, 1),
        "todos": st.integers(0, 1),
    }
)
_CHOSEN = st.sets(st.sampled_from(["name", "email", "mail_zip", "extras.Lot", "no such field"]))
_PROPERTY = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def afresh(session: Session) -> Iterator[None]:
    """Undo in the end what the block did."""
    begun = session.begin_nested()
    try:
        yield
    finally:
        session.expire_all()
        begun.rollback()


@_PROPERTY
@given(ones=st.tuples(_HAS, _HAS), chosen=_CHOSEN)
def test_what_is_undone_was_never_merged(
    session: Session, ones: tuple[dict[str, Any], ...], chosen: set[str]
) -> None:
    with afresh(session):
        set_clock(session, TUESDAY)
        world, person = make_world(session), olivia(session)
        a, b = (make_full(session, n, world, has).id for n, has in enumerate(ones))
        before = dump(session)

        done = merge(session, person, a, b, seen(session, a, b), chosen)
        merged = dump(session)
        stayed = undo(session, person, done)

        assert dump(session) == before
        assert stayed == []
        kept, gone = (session.get_one(Contact, one) for one in (a, b))
        assert (kept.merged_into, gone.merged_into, gone.deleted_at) == (None, None, None)
        held = {name for name, rows in merged.items() for row in rows if row.get("contact_id") == b}
        assert held == set()  # nothing was left behind


@_PROPERTY
@given(ones=st.tuples(_HAS, _HAS, _HAS), chosen=_CHOSEN)
def test_a_chain_is_undone_from_its_end(
    session: Session, ones: tuple[dict[str, Any], ...], chosen: set[str]
) -> None:
    with afresh(session):
        set_clock(session, TUESDAY)
        world, person = make_world(session), olivia(session)
        a, b, c = (make_full(session, n, world, has).id for n, has in enumerate(ones))
        before = dump(session)
        first = merge(session, person, b, c, seen(session, b, c), chosen)
        between = dump(session)
        second = merge(session, person, a, b, seen(session, a, b), chosen)

        with pytest.raises(CrmError, match="Undo the later merge of"):
            undo(session, person, first)
        undo(session, person, second)

        assert dump(session) == between
        undo(session, person, first)
        assert dump(session) == before


def test_what_came_since_is_told_and_texts_go_with_their_number(session: Session) -> None:
    set_clock(session, TUESDAY)
    world, person = make_world(session), olivia(session)
    a = make_full(session, 0, world, {"numbers": 1, "ties": [(0, "owner", 1, False)]})
    b = make_full(session, 1, world, {"numbers": 1, "ties": [(0, "owner", 0, False)], "photos": 1})
    ids, mine = (a.id, b.id), "+16175550110"
    done = merge(session, person, *ids, seen(session, *ids))
    make_thread(session, session.get_one(Contact, a.id), mine, minutes=5)
    kept = session.get_one(Contact, a.id)
    kept.notes, kept.version = "New", kept.version + 1
    session.add(PhoneNumber(e164="+16175550190", contact_id=a.id, position=2))
    session.execute(text("update media set contact_id = null, property_id = null"))
    at = TUESDAY
    session.add(Media(kind=MediaKind.PHOTO, contact_id=a.id, next_at=at, at=at))
    tie = session.exec(select(ContactProperty).where(ContactProperty.contact_id == a.id)).one()
    assert tie.position == 0  # the better place of the two
    tie.ended_on = date(2026, 6, 9)
    session.flush()
    version = kept.version

    stayed = undo(session, person, done)

    assert stayed == [
        "1 photo went elsewhere since: there it stays.",
        "A tie to a house was ended since: it is for both.",
        "1 text since then went with the number.",
        "1 number since then: with Pat 0.",
        "1 photo since then: with Pat 0.",
    ]
    thread = session.exec(select(Conversation).where(Conversation.e164 == mine)).one()
    assert thread.contact_id == b.id
    assert session.get_one(Contact, a.id).notes == "New"
    assert session.get_one(Contact, a.id).version == version + 1
    ties = session.exec(select(ContactProperty).order_by(col(ContactProperty.contact_id))).all()
    assert [(t.contact_id, t.ended_on) for t in ties] == [
        (a.id, date(2026, 6, 9)), (b.id, date(2026, 6, 9)),
    ]  # fmt: skip


def test_a_field_changed_since_stays(session: Session) -> None:
    set_clock(session, TUESDAY)
    world, person = make_world(session), olivia(session)
    a = make_full(session, 0, world, {"tags": ["hot"]}).id
    b = make_full(session, 1, world, {"tags": ["new"]}).id
    done = merge(session, person, a, b, seen(session, a, b))
    session.get_one(Contact, a).tags = ["hot", "new", "big"]
    session.flush()

    assert undo(session, person, done) == ["Changed since, stays with Pat 0: tags."]
    assert session.get_one(Contact, a).tags == ["hot", "new", "big"]
    assert session.get_one(Contact, b).tags == ["new"]


def test_an_undo_is_refused_twice_late_and_to_others(session: Session) -> None:
    set_clock(session, TUESDAY)
    world, person = make_world(session), olivia(session)
    a, b = (make_full(session, n, world, {}).id for n in (0, 1))
    done = merge(session, person, a, b, seen(session, a, b))

    with pytest.raises(ForbiddenError):
        undo(session, olivia(session, Role.TECHNICIAN), done)
    with pytest.raises(CrmError, match="no such merge"):
        undo(session, person, done + 1)
    set_clock(session, TUESDAY + timedelta(days=31))
    with pytest.raises(CrmError, match="for 30 days"):
        undo(session, person, done)
    set_clock(session, TUESDAY)
    undo(session, person, done)
    with pytest.raises(CrmError, match="undone already"):
        undo(session, person, done)
    assert session.get_one(Merge, done).undone_by == person.id


def test_what_the_merge_stopped_waits_again_after_the_undo(session: Session) -> None:
    set_clock(session, TUESDAY)
    world, person = make_world(session), olivia(session)
    a = make_full(session, 0, world, {"numbers": 1}).id
    b = make_full(session, 1, world, {"numbers": 1, "waiting": [0]}).id
    stop(session, "+16175550100")

    done = merge(session, person, a, b, seen(session, a, b))

    stopped = session.exec(select(Outbox)).one()
    assert (stopped.state, stopped.because) == ("never", "opted out on another number of theirs")
    undo(session, person, done)
    again = session.exec(select(Outbox)).one()
    assert (again.state, again.because, again.finished_at) == ("waiting", "", None)
    count = text("select count(*) from suppression where lifted_at is null")
    assert session.execute(count).scalar() == 1

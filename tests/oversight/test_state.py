"""The state of /compliance: the wiring, with the guard played by a fixed person."""

import pytest
from sqlmodel import Session

from crm_app import clock, queue
from crm_app.auth.models import Role
from crm_app.auth.permissions import ROLE_MAY, Person
from crm_app.compliance.actions import freeze, suppress
from crm_app.compliance.facts import Purpose
from crm_app.compliance.queries import suppression_of
from crm_app.conversations.actions import queue_text
from crm_app.errors import CrmError, ForbiddenError
from crm_app.evidence import decisions as decided
from crm_app.evidence import state as evidence
from crm_app.oversight import state
from tests.inbox.rows import make_thread
from tests.make import make_user
from tests.states import be, open_state, run
from tests.texting import PAT, TUESDAY, set_clock

OTHER = "+17815550123"


@pytest.fixture(autouse=True)
def owner(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, who is signed in."""
    user = make_user(session)
    person = Person(user.id, user.name, Role.OWNER)
    session.commit()
    be(monkeypatch, state, person)
    monkeypatch.setattr(queue, "ring", lambda _work: None)
    be(monkeypatch, evidence, person)
    return person


def frozen_pat(session: Session) -> None:
    make_thread(session, PAT, last_inbound_at=clock.now(session))
    freeze(session, PAT, "Who is this?", "asks who we are", clock.now(session))
    session.commit()


@pytest.mark.parametrize(("how", "is_stopped"), [("stop", True), ("go on", False)])
def test_one_tap_settles_a_frozen_number(session: Session, how: str, is_stopped: bool) -> None:
    frozen_pat(session)
    shown = open_state(state.OversightState, "/compliance")
    run(shown.load())
    (row,) = shown.frozen

    assert run(shown.settle(row.id, how)) is not None

    assert shown.frozen == []
    assert (suppression_of(session, PAT) is not None) is is_stopped
    with pytest.raises(CrmError, match="not frozen any more"):
        run(shown.settle(row.id, how))


def test_a_third_way_to_settle_is_refused(session: Session) -> None:
    frozen_pat(session)
    shown = open_state(state.OversightState, "/compliance")
    run(shown.load())

    with pytest.raises(CrmError, match="is stopped, or goes on"):
        run(shown.settle(shown.frozen[0].id, "forget"))


def test_a_number_is_stopped_with_a_reason_and_found_again(session: Session) -> None:
    shown = open_state(state.OversightState, "/compliance")
    run(shown.choose("stops"))

    for phone, why, words in (
        ("12", "asked", "10"),
        ("", "asked", "blank"),
        (OTHER, " ", "Say why"),
    ):
        with pytest.raises(CrmError, match=words):
            run(shown.add({"phone": phone, "why": why}))
    run(shown.add({"phone": "(781) 555-0123", "why": "asked at the door"}))

    assert [(row.number, row.said) for row in shown.stops] == [
        ("(781) 555-0123", "asked at the door")
    ]
    run(shown.narrow("words", "door"))
    assert shown.total == 1
    run(shown.narrow("words", "nobody"))
    assert (shown.total, shown.pages, shown.stops) == (0, 1, [])
    run(shown.turn(1))
    assert shown.page_number == 1


def test_lifting_asks_for_reason_and_proof(session: Session) -> None:
    suppress(session, OTHER, "provider", "", clock.now(session))
    session.commit()
    shown = open_state(state.OversightState, "/compliance")
    run(shown.choose("stops"))
    assert [row.number for row in shown.refused] == ["(781) 555-0123"]

    assert run(shown.ask(shown.stops[0].e164)) is not None
    assert shown.asked == "(781) 555-0123"
    for told in ({"because": "they called"}, {"proof": "e-mail"}, {}):
        with pytest.raises(CrmError, match="where the proof lies"):
            run(shown.lift(told))
    run(shown.lift({"because": "they called", "proof": "their e-mail of today"}))

    assert (shown.stops, shown.refused) == ([], [])
    assert suppression_of(session, OTHER) is None


def test_the_office_may_not_lift(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(session, login="omar", role=Role.OFFICE)
    suppress(session, OTHER, "text", "STOP", clock.now(session))
    session.commit()
    be(monkeypatch, state, Person(user.id, user.name, Role.OFFICE))
    shown = open_state(state.OversightState, "/compliance")
    run(shown.choose("stops"))
    run(shown.ask(shown.stops[0].e164))

    assert not shown.may_lift
    with pytest.raises(ForbiddenError):
        run(shown.lift({"because": "they called", "proof": "e-mail"}))


def test_technicians_and_marketers_have_none_of_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in (state.OversightState, evidence.PacketState):
        assert {Role.TECHNICIAN, Role.MARKETER}.isdisjoint(
            role for role, may in ROLE_MAY.items() if kind.NEEDS["*"] in may
        )
    be(monkeypatch, state, Person(1, "Tom", Role.TECHNICIAN))
    shown = open_state(state.OversightState, "/compliance")
    for view in ("now", "stops", "decisions"):
        with pytest.raises(ForbiddenError):
            run(shown.choose(view))
        assert (shown.frozen, shown.stops, shown.decisions) == ([], [], [])


def test_decisions_are_narrowed_and_leafed(
    session: Session, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(session, TUESDAY)
    for e164 in (PAT, OTHER):
        make_thread(session, e164, name=e164, last_inbound_at=clock.now(session))
        queue_text(session, e164, "Tomorrow at 9?", Purpose.REPLY, user_id=owner.id)
    session.commit()
    monkeypatch.setattr(state, "PAGE_SIZE", 1)
    monkeypatch.setattr(decided.decisions, "__kwdefaults__",
                        (decided.decisions.__kwdefaults__ or {}) | {"size": 1})  # fmt: skip
    shown = open_state(state.OversightState, "/compliance")

    run(shown.choose("decisions"))
    assert [row.number for row in shown.decisions] == ["(781) 555-0123"]
    assert shown.last > 0
    assert shown.decisions[0].versions.endswith("asked when it was queued · by Olivia")
    run(shown.older())
    assert [row.number for row in shown.decisions] == ["(617) 555-0140"]
    run(shown.choose("decisions"))
    assert [row.number for row in shown.decisions] == ["(781) 555-0123"]
    run(shown.narrow("number", "0140"))
    assert [row.number for row in shown.decisions] == ["(617) 555-0140"]
    run(shown.narrow("verdict", "never"))
    assert shown.decisions == []
    run(shown.narrow("drop table", "x"))
    assert "drop table" not in shown.chosen


def test_the_self_test_runs_when_asked(session: Session) -> None:
    shown = open_state(state.OversightState, "/compliance")
    run(shown.choose("checks"))
    assert all(case.is_ok for case in shown.golden)
    shown.golden, shown.tested = [], ""

    run(shown.choose("checks"))

    assert len(shown.golden) > 5
    assert shown.tested.endswith("M")


def test_only_what_comes_by_itself_is_refreshed(session: Session) -> None:
    shown = open_state(state.OversightState, "/compliance")
    run(shown.load())
    frozen_pat(session)

    run(shown.refresh())
    assert len(shown.frozen) == 1
    run(shown.choose("stops"))
    suppress(session, OTHER, "text", "STOP", clock.now(session))
    session.commit()
    run(shown.refresh())
    assert shown.stops == []

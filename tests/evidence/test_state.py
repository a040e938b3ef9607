"""The states of the packet and of the panel: the wiring, the guard played by a fixed person."""

import pytest
from sqlmodel import Session, select

from crm_app import clock, queue
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.actions import freeze
from crm_app.compliance.facts import Basis
from crm_app.compliance.models import ConsentRecord
from crm_app.compliance.queries import suppression_of
from crm_app.errors import CrmError, ForbiddenError
from crm_app.evidence import state
from tests.inbox.rows import make_thread
from tests.make import make_user
from tests.states import be, open_state, run
from tests.texting import PAT, TUESDAY, set_clock


@pytest.fixture(autouse=True)
def owner(session: Session, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The owner, who is signed in."""
    user = make_user(session)
    person = Person(user.id, user.name, Role.OWNER)
    session.commit()
    be(monkeypatch, state, person)
    monkeypatch.setattr(queue, "ring", lambda _work: None)
    return person


@pytest.mark.parametrize("written", ["16175550140", "6175550140", "+16175550140"])
def test_a_packet_is_read_by_the_number_in_the_address(session: Session, written: str) -> None:
    make_thread(session, PAT)
    session.commit()
    shown = open_state(state.PacketState, f"/compliance/{written}")

    run(shown.load())

    assert (shown.shown.e164, shown.shown.is_known) == (PAT, True)


@pytest.mark.parametrize("written", ["nobody", "1", "12", "617555014012345678"])
def test_no_number_in_the_address_is_nobodys(session: Session, written: str) -> None:
    shown = open_state(state.PacketState, f"/compliance/{written}")

    run(shown.load())

    assert (shown.shown.number, shown.shown.is_known) == ("No number", False)


@pytest.mark.parametrize("how", ["stop", "go on"])
def test_a_frozen_thread_is_settled_beside_it(session: Session, how: str) -> None:
    thread = make_thread(session, PAT)
    freeze(session, PAT, "Who is this?", "asks who we are", clock.now(session))
    session.commit()
    shown = open_state(state.PanelState, f"/inbox/{thread.id}")
    run(shown.load())
    (panel,) = shown.panels
    assert panel.frozen.endswith("“Who is this?”")

    assert run(shown.settle(panel.frozen_id, how)) is not None

    assert (shown.panels[0].frozen_id, shown.panels[0].frozen) == (0, "")
    assert (suppression_of(session, PAT) is not None) == (how == "stop")


def test_a_consent_is_noted_with_its_proof(session: Session, owner: Person) -> None:
    set_clock(session, TUESDAY)
    thread = make_thread(session, PAT)
    session.commit()
    shown = open_state(state.PanelState, f"/contacts/{thread.contact_id}")
    run(shown.load())
    run(shown.ask(PAT))
    run(shown.choose("customer"))

    for form, words in (
        ({"since": "", "evidence": "invoice 12"}, "on which day"),
        ({"since": "2026-06-01"}, "where the proof lies"),
        ({"since": "2026-07-01", "evidence": "invoice 12"}, "in the future"),
    ):
        with pytest.raises(CrmError, match=words):
            run(shown.note(form))
    run(shown.note({"since": "2026-06-01", "evidence": "invoice 12"}))

    kept = session.exec(select(ConsentRecord)).one()
    assert (kept.e164, kept.basis, kept.evidence, kept.by_user) == (
        PAT, Basis.CUSTOMER, "invoice 12", owner.id,
    )  # fmt: skip
    assert kept.since.isoformat() == "2026-06-01T04:00:00+00:00"
    assert any(about == "Consent" and "a customer" in said
               for about, said in shown.panels[0].sentences)  # fmt: skip


def test_only_a_number_of_this_page_and_a_known_basis_are_noted(session: Session) -> None:
    thread = make_thread(session, PAT)
    session.commit()
    shown = open_state(state.PanelState, f"/contacts/{thread.contact_id}")
    run(shown.load())

    for e164, basis in (("+17815550123", "asked"), ("", "asked"), (PAT, "attested")):
        run(shown.ask(e164))
        run(shown.choose(basis))
        with pytest.raises(CrmError, match="Choose a number"):
            run(shown.note({"since": "2026-06-01", "evidence": "x"}))


def test_a_technician_reads_the_panel_of_an_assigned_thread_alone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(session, login="tom", role=Role.TECHNICIAN)
    mine = make_thread(session, PAT, assigned_to=user.id)
    other = make_thread(session, "+17815550123")
    session.commit()
    be(monkeypatch, state, Person(user.id, user.name, Role.TECHNICIAN))
    shown = open_state(state.PanelState, f"/inbox/{mine.id}")

    run(shown.load())
    assert (shown.panels[0].href, shown.may_note) == ("", False)
    foreign = open_state(state.PanelState, f"/inbox/{other.id}")
    run(foreign.load())
    assert foreign.panels == []
    run(shown.ask(PAT))
    with pytest.raises(ForbiddenError):
        run(shown.note({"since": "2026-06-01", "evidence": "x"}))

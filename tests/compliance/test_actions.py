from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crm_app.auth.permissions import Role
from crm_app.compliance import actions, queries
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import may_send
from crm_app.compliance.models import Attestation, DecisionRecord
from crm_app.conversations.facts import Asked, facts_for
from crm_app.errors import CrmError, ForbiddenError
from tests.make import make_list
from tests.texting import PAT, TUESDAY, olivia

MINUTE = timedelta(minutes=1)


def stop(session: Session, minute: int) -> int | None:
    at = TUESDAY + minute * MINUTE
    return actions.suppress(session, PAT, source="text", because="STOP", at=at)


def test_a_number_is_suppressed_once_at_a_time(session: Session) -> None:
    first = stop(session, 0)

    assert first
    assert stop(session, 1) is None
    assert actions.lift(session, PAT, because="START", at=TUESDAY + 2 * MINUTE) == first
    assert actions.lift(session, PAT, because="START", at=TUESDAY + 2 * MINUTE) is None
    assert stop(session, 3) not in (first, None)


def test_the_later_word_counts_in_whatever_order_they_come(session: Session) -> None:
    stop(session, 5)
    assert actions.lift(session, PAT, because="START", at=TUESDAY) is None
    assert actions.lift(session, PAT, because="START", at=TUESDAY + 9 * MINUTE)
    assert stop(session, 8) is None
    assert queries.suppression_of(session, PAT) is None
    assert stop(session, 10)


def test_the_owner_attests_a_list_in_words(session: Session) -> None:
    owner, listed = olivia(session), make_list(session)
    assert not queries.attestation_of(session, listed.id)

    actions.attest(session, listed.id, owner, "I may text these people.")

    found = queries.attestation_of(session, listed.id)
    assert found
    assert found.by == owner.name
    assert session.exec(select(Attestation.sentence)).one() == "I may text these people."
    assert queries.attestation_of(session, listed.id)


def test_nobody_but_the_owner_attests(session: Session) -> None:
    listed = make_list(session)

    with pytest.raises(ForbiddenError):
        actions.attest(session, listed.id, olivia(session, Role.OFFICE), "I may.")
    with pytest.raises(CrmError, match="words"):
        actions.attest(session, listed.id, olivia(session), " ")


def test_a_decision_is_kept_with_its_facts_and_reasons(session: Session) -> None:
    facts = facts_for(session, Purpose.COLD, [Asked(PAT)])[PAT]
    decision = may_send(facts, TUESDAY)

    actions.keep_decisions(session, [actions.Decided(facts, decision, "claim", 7)], TUESDAY)
    actions.keep_decisions(session, [], TUESDAY)

    kept = session.exec(select(DecisionRecord)).one()
    assert (kept.is_allowed, kept.is_never, kept.outbox_id) == (False, True, 7)
    assert kept.reasons[0] == ["line_type", "no contact has this number"]
    assert kept.facts["e164"] == PAT
    assert decision.never

"""What / reads at which news: the program's health is not read again with every text."""

from typing import Any

import pytest
from sqlmodel import Session

from crm_app import listener, live
from crm_app.conversations.threads import receive_text
from crm_app.dashboard import queries, state
from crm_app.errors import Kind, ProviderError
from crm_app.outbox.outcomes import record
from tests.states import be, open_state, run
from tests.texting import TUESDAY, claim_all, incoming, olivia, queue_cold, set_clock


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The topics of which something was told."""
    told: list[str] = []
    monkeypatch.setattr(live, "publish", lambda _session, topic, *_: told.append(topic))
    return told


def test_each_news_reads_what_it_changes(
    session: Session, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: dict[str, Any] = {}
    monkeypatch.setattr(listener, "watch", lambda _, topic, *more: heard.update({topic: more[1]}))
    monkeypatch.setattr(queries, "trouble", lambda _session, _who: "Worker: never.")
    be(monkeypatch, state, olivia(session))
    set_clock(session, TUESDAY)
    shown: Any = open_state(state.TodayState, "/")
    run(shown.load())
    assert shown.trouble == "Worker: never."
    looks = {topic for topic, handler in heard.items() if handler is state.TodayState.look}

    receive_text(session, incoming("Water comes in"))
    session.commit()
    assert "inbox" in said
    assert not looks & set(said)
    assert heard["inbox"] is state.TodayState.refresh
    run(shown.refresh())
    assert shown.figures[0][:2] == ("Replies waiting", "1")

    queue_cold(session, 1)
    record(session, claim_all(session)[0], ProviderError("No credits", Kind.STOPPED))
    assert looks & set(said)

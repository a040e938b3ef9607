"""Every kind of event, in each generation and each odd shape, through the real route."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from crm_app import queue
from crm_app.calls.models import Call
from crm_app.conversations.models import Conversation, Message
from crm_app.openphone.tasks import apply_due
from crm_app.sandbox.calls import life
from crm_app.sandbox.openphone.server import Sandbox, build
from crm_app.sandbox.openphone.signing import signed
from crm_app.sandbox.telling.samples import send_sample
from crm_app.sandbox.telling.tell import KINDS, TEST_EVENT, UNKNOWN
from crm_app.settings import settings
from crm_app.webhooks import queries
from crm_app.webhooks.models import Delivery, DeliveryState
from tests.texting import PAT, TUESDAY, numbers

pytestmark = pytest.mark.usefixtures("tuesday")
Carry = Callable[[], list[int]]


@pytest.fixture(autouse=True)
def nobody_is_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ring", lambda *_: None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Sandbox]:
    """A pretend OpenPhone in this process; nobody answers, and nothing is posted by itself."""
    built = build(
        state_path=tmp_path / "op.sqlite", webhook_url="http://127.0.0.1:9/",
        key=settings().webhook_keys[0], own_number=settings().own_number,
    )  # fmt: skip
    built.world.store.move_clock(TUESDAY.timestamp() - time.time())
    turn(built, answers=0)
    yield built
    built.world.store.close()


def turn(world: Sandbox, **switches: object) -> None:
    store = world.world.store
    store.keep("switches", {**store.switches(), **switches})


def strike(world: Sandbox, *faults: str) -> None:
    world.world.store.keep("faults", dict.fromkeys(faults, 1.0))


@pytest.fixture
def carry(world: Sandbox, client: TestClient) -> Carry:
    """Play an hour, and post what was told by then, signed, the last first; returns the answers."""

    def post() -> list[int]:
        store, key = world.world.store, settings().webhook_keys[0]
        world.world.advance(store.now() + 3600)
        rows = store.rows("SELECT * FROM webhook WHERE state = 'waiting' ORDER BY n DESC")
        answers = [
            client.post(
                "/webhooks/openphone", content=row["body"],
                headers=signed(store, key, row, time.time()),
            ).status_code
            for row in rows
        ]  # fmt: skip
        store.run("UPDATE webhook SET state = 'done'")
        apply_due()
        return answers

    return post


def deliveries(session: Session) -> list[tuple[str, DeliveryState]]:
    session.expire_all()
    return [(one.kind, one.state) for one in session.exec(select(Delivery).order_by("id")).all()]


def of_thread(session: Session, kind: Any, thread: Conversation) -> list[Any]:
    return list(session.exec(select(kind).where(kind.conversation_id == thread.id)).all())


MESSAGES = {
    "message.received": ("in", "received", ""),
    "message.delivered": ("out", "delivered", ""),
    "message.failed": ("out", "failed", "(error 30007)"),
    "message.undelivered": ("out", "undelivered", "(error 30007)"),
}
LINES = "\n· Water comes through a crack by the bulkhead when it rains.\n· Visit for a quote."
AWAY = "\nForwarded to (617) 555-0198"
LEFT = f"\n“{life.WORDS}”"
# What one event alone makes of a call that nobody told of before.
CALLS = {
    "call.ringing": "Call, rings",
    "call.answered": "Call",
    "call.missed": "Missed call",
    "call.forwarded": f"Call, rings{AWAY}",
    "call.menu.selected": "Call, rings",
    "call.completed": "Call, 1 min 0 s",
    "call.recording.completed": "Call, 1 min 0 s",
    "call.voicemail.completed": f"Voicemail, 1 min 0 s{LEFT}",
    "call.summary.completed": f"Call, rings{LINES}",
    "call.transcript.completed": "Call, rings",
}
# What all of a call makes, told last first: words, and whether it wants an answer. The app's
# voicemail has no words, v1's is asked for; the app does not say that a call was forwarded.
SPOKE = "Call, 3 min 0 s"
LIVES: dict[str, dict[str, tuple[str, bool]]] = {
    "missed": dict.fromkeys("ABC", ("Missed call", True)),
    "answered": dict.fromkeys("ABC", (SPOKE + LINES, False)),
    "menu": dict.fromkeys("ABC", (SPOKE + LINES, False)),
    "voicemail": {
        "A": ("Voicemail, 3 min 0 s", True),
        "B": ("Missed call", True),
        "C": (f"Voicemail, 3 min 0 s{LEFT}", True),
    },
    "forwarded": {
        "A": ("Missed call", True), "B": (f"Call{AWAY}", False), "C": (f"Call{AWAY}", False),
    },
}  # fmt: skip
SHAPES = (
    "extra_fields", "key_order", "wrapped_event", "escaped_json", "two_signatures",
    "double_webhook", "foreign_letters", "group_text",
)  # fmt: skip
TURNS: tuple[dict[str, object], ...] = (
    {"to_shape": "string"}, {"to_shape": "array"}, {"text_field": "text"}, {"text_field": "body"},
    {"conversation_id": "always"}, {"conversation_id": "never"}, {"incoming_status": "received"},
    {"incoming_status": "delivered"}, {"summary_type": "event's"}, {"narrow_ringing": True},
)  # fmt: skip


@pytest.mark.parametrize("generation", "ABC")
@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_event_has_its_effect(
    session: Session, world: Sandbox, carry: Carry, generation: str, kind: str
) -> None:
    turn(world, generation=generation)
    is_known = send_sample(world.world.store, world.world.line, kind)
    assert is_known == (kind in KINDS[generation])
    assert carry() == [200] * is_known

    found = [(m.direction, m.status, m.error[-13:]) for m in session.exec(select(Message)).all()]
    direction, status, error = MESSAGES[kind]
    assert found == [(direction, status, error)] * is_known


@pytest.mark.parametrize("generation", "ABC")
@pytest.mark.parametrize("kind", CALLS)
def test_a_call_event_has_its_effect(
    session: Session, world: Sandbox, carry: Carry, generation: str, kind: str
) -> None:
    turn(world, generation=generation)
    is_known = send_sample(world.world.store, world.world.line, kind)
    assert is_known == (kind in KINDS[generation])
    assert carry() == [200] * is_known

    calls = session.exec(select(Call)).all()
    assert [call.words for call in calls] == [CALLS[kind]] * is_known
    if is_known and kind == "call.transcript.completed":
        assert len(calls[0].dialogue) == 2
    elif is_known and kind == "call.recording.completed":
        assert len(calls[0].recordings) == 1


@pytest.mark.parametrize("generation", "ABC")
@pytest.mark.parametrize("how", LIVES)
def test_a_calls_life_told_backwards_is_one_entry(
    session: Session, world: Sandbox, carry: Carry, generation: str, how: str
) -> None:
    turn(world, generation=generation)
    life.begin(world.world.store, world.world.line, PAT, how)
    assert set(carry()) == {200}

    words, is_unanswered = LIVES[how][generation]
    assert [call.words for call in session.exec(select(Call)).all()] == [words]
    thread = session.exec(select(Conversation)).one()
    assert (thread.e164, thread.is_unanswered) == (PAT, is_unanswered)


@pytest.mark.parametrize("generation", "ABC")
def test_no_odd_shape_changes_what_happened(
    session: Session, world: Sandbox, carry: Carry, generation: str
) -> None:
    begun = {**world.world.store.switches(), "generation": generation}
    odd = [*(((one,), {}) for one in SHAPES), *(((), one) for one in TURNS)]
    expected: dict[str, tuple[object, ...]] = {}
    for (faults, switches), person in zip(odd, numbers(len(odd)), strict=True):
        turn(world, **{**begun, **switches})
        strike(world, *faults)
        said = world.world.receive(person, "At 5?", (), world.world.store.now())
        assert said.text.startswith("At 5?")
        world.world.accept("We can.", [person], "app")
        life.begin(world.world.store, world.world.line, person, "answered")
        assert set(carry()) == {200}, (faults, switches)
        expected[person] = ({("in", said.text), ("out", "We can.")}, SPOKE + LINES)

    found: dict[str, tuple[object, ...]] = {
        thread.e164: (
            {(m.direction.value, m.body) for m in of_thread(session, Message, thread)},
            *(call.words for call in of_thread(session, Call, thread)),
        )
        for thread in session.exec(select(Conversation)).all()
    }
    assert found == expected
    assert {state for _, state in deliveries(session)} == {DeliveryState.APPLIED}


@pytest.mark.parametrize("generation", "ABC")
@pytest.mark.parametrize("fault", ["wrong_key", "stale_stamp"])
def test_what_is_signed_wrongly_is_refused(
    session: Session, world: Sandbox, carry: Carry, generation: str, fault: str
) -> None:
    turn(world, generation=generation)
    strike(world, fault)
    world.world.receive(PAT, "Can you come at 5?", (), world.world.store.now())

    assert carry() == [401]
    assert deliveries(session) == []


@pytest.mark.parametrize("generation", "ABC")
def test_kinds_that_nobody_knows_are_kept_and_shown(
    session: Session, world: Sandbox, carry: Carry, generation: str
) -> None:
    turn(world, generation=generation)
    for kind in UNKNOWN:
        assert send_sample(world.world.store, world.world.line, kind)
        assert carry() == [200]

    # They share one id, as all test events do, and are not taken for one another.
    assert deliveries(session) == [(kind, DeliveryState.UNKNOWN) for kind in UNKNOWN]
    shown = queries.deliveries(session, "unknown")
    assert sorted(row.kind for row in shown) == sorted(UNKNOWN)
    bodies = [one.body for one in session.exec(select(Delivery)).all()]
    assert all(TEST_EVENT in body for body in bodies)

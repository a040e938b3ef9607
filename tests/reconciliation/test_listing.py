"""What OpenPhone's lists may look like: odd ends, odd parties, pages without an end, a crash."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.permissions import Person
from crm_app.compliance.queries import suppression_of
from crm_app.conversations.models import Message
from crm_app.errors import Kind, ProviderError
from crm_app.openphone import client
from crm_app.reconciliation import actions, compare, listing, queries, tasks
from crm_app.reconciliation.models import Reconciliation, RunState, Way
from crm_app.settings import settings
from tests.reconciliation.conftest import NOOR
from tests.sandbox.conftest import OURS, PAT, Place
from tests.sandbox.test_call_listing import call

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def answering(environment: object, monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """Let a function be OpenPhone."""
    monkeypatch.setattr(listing, "take_slot", lambda: None)
    monkeypatch.setattr(listing, "PAUSES", (0, 0, None))

    def use(answer: Answer) -> None:
        url, transport = settings().provider_url, httpx.MockTransport(answer)
        monkeypatch.setattr(
            client, "connection", lambda _: httpx.Client(base_url=url, transport=transport)
        )

    return use


def a_run(way: Way | None = Way.LIST, **more: Any) -> Reconciliation:
    now = clock.wall()
    return Reconciliation(id=1, way=way, until=now, started_at=now, number_id="PN1", **more)


def text(n: int, **more: Any) -> dict[str, Any]:
    at = (clock.wall() - timedelta(hours=n)).isoformat()
    return {"id": f"AC{n}", "from": PAT, "to": [OURS], "text": f"Hi {n}", "direction": "incoming",
            "status": "received", "createdAt": at, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("odd", "kept"),
    [({"text": "Thanks \ud83d"}, "Thanks \ufffd"), ({"text": "a\x00b"}, "ab"),
     ({"id": "A" * 61}, "Hi 1"), ({"conversationId": {}}, "Hi 1")],
)  # fmt: skip
def test_an_odd_text_of_the_list_is_taken_in(
    session: Session, answering: Callable[[Answer], None], odd: dict[str, Any], kept: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        data = [text(1, **odd)] if request.url.path == "/messages" else []
        return httpx.Response(200, content=json.dumps({"data": data}).encode())

    answering(answer)
    run = a_run(plan=[[f"{clock.wall() - timedelta(days=1)}", f"{clock.wall()}"]], done=0)
    session.add(run)
    session.commit()

    _steps, found = compare.step(run)

    assert (session.exec(select(Message.body)).one(), dict(found.unplaced)) == (kept, {})


def test_one_persons_texts_that_cannot_be_taken_in_are_named_and_stop_nobody(
    session: Session, answering: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {"data": [text(1), text(2, **{"from": NOOR})]}
    answering(lambda request: httpx.Response(
        200, json=listed if request.url.path == "/messages" else {"data": []}))  # fmt: skip
    take_in = compare.take_in

    def breaks(session: Session, run_id: int, said: Any, known: Any) -> None:
        if said[0].e164 == PAT:
            raise ValueError("something nobody foresaw")
        take_in(session, run_id, said, known)

    monkeypatch.setattr(compare, "take_in", breaks)
    run = a_run(plan=[[f"{clock.wall() - timedelta(days=1)}", f"{clock.wall()}"]], done=0)
    session.add(run)
    session.commit()

    _steps, found = compare.step(run)

    assert dict(found.unplaced) == {PAT: 1}
    assert session.exec(select(Message.body)).one() == "Hi 2"


def test_a_run_that_something_unforeseen_stops_says_so(
    session: Session, answering: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "plan", lambda _: {}["nothing"])
    run = a_run(None, since=clock.wall())
    session.add(run)
    session.commit()

    tasks.go_on()

    session.refresh(run)
    assert (run.error, run.state) == (
        "The program broke at it (KeyError, in logs/worker.log)", RunState.RUNS,
    )  # fmt: skip
    assert "tried again each minute" in queries.runs(session)[0].error


@pytest.mark.parametrize("end", [None, "", "null-token", 0])
def test_a_list_ends_where_nothing_follows_whatever_it_says(
    end: object, answering: Callable[[Answer], None]
) -> None:
    """totalItems is documented as wrong; the last page once had a token (openphone.md 7.5)."""

    def answer(request: httpx.Request) -> httpx.Response:
        is_first = "pageToken" not in request.url.params
        page = {"data": [text(1)] if is_first else [], "totalItems": 7}
        return httpx.Response(200, json=page | {"nextPageToken": end})

    answering(answer)
    assert len(listing._all(client.TEXTS, {})) == 1


def test_a_list_that_turns_in_a_circle_is_no_list(answering: Callable[[Answer], None]) -> None:
    answering(lambda _: httpx.Response(200, json={"data": [text(1)], "nextCursor": "again"}))
    with pytest.raises(ProviderError, match="no end"):
        listing._all("/messages", {})


@pytest.mark.parametrize("bad", [400, 403, 404])
def test_without_the_dated_api_it_walks_and_other_errors_end_the_step(
    bad: int, answering: Callable[[Answer], None], session: Session
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        asked.append(path)
        if path == "/messages":
            assert request.headers["quo-api-version"] == "2026-03-30"
            return httpx.Response(bad, json={"message": "no"})
        if path == "/v1/phone-numbers":
            return httpx.Response(200, json={"data": [{"id": "PN1", "number": OURS}]})
        people = [{"participants": [PAT]}, {"participants": [NOOR, PAT]}, {"participants": None}]
        return httpx.Response(200, json={"data": people, "nextPageToken": None})

    answering(answer)
    assert listing.plan(a_run(None)) == (Way.WALK, "PN1", [[PAT], [NOOR, PAT]])
    assert asked.count("/messages") == 1

    answering(lambda _: httpx.Response(500, json={}))
    with pytest.raises(ProviderError) as found:
        listing.plan(a_run(None))
    assert found.value.kind is Kind.UNCERTAIN


def test_the_dated_api_is_probed_with_the_times_that_each_step_asks_with(
    answering: Callable[[Answer], None],
) -> None:
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/phone-numbers":
            return httpx.Response(200, json={"data": [{"id": "PN1", "number": OURS}]})
        asked.append((request.url.params["createdAt[gt]"], request.url.params["createdAt[lt]"]))
        return httpx.Response(200, json={"data": []})

    answering(answer)
    for since in (clock.wall() - timedelta(days=2), None):
        run = a_run(None, since=since)
        listing.plan(run)
        probes = len(asked)
        listing.heard(run, actions.Found(), [run.until.isoformat()] * 2)
        assert len(asked) == probes + 2
    assert all("T" in at and at.endswith("+00:00") for span in asked for at in span)


def test_groups_short_codes_and_unknown_callers(answering: Callable[[Answer], None]) -> None:
    texts = [
        text(1, to=[OURS, NOOR]),
        text(2, **{"from": OURS, "to": [PAT, NOOR], "direction": "outgoing"}),
        text(3, **{"from": "22395"}),
        text(4, **{"from": OURS, "to": [PAT], "direction": "outgoing", "createdAt": "soon"}),
    ]
    calls = [
        {"id": "AC9", "direction": "incoming", "participants": [{"phoneNumber": "Anonymous"}],
         "createdAt": texts[0]["createdAt"], "completedAt": texts[0]["createdAt"]},
    ]  # fmt: skip

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": texts if "mess" in request.url.path else calls})

    answering(answer)
    found, now = actions.Found(), clock.wall()
    span = [(now - timedelta(weeks=1)).isoformat(), now.isoformat()]
    said = listing.heard(a_run(), found, span)

    assert [(one.provider_id, one.e164) for one in said] == [
        ("AC1", PAT),
        ("AC4", PAT),
        ("AC9", ""),
    ]
    assert found.unplaced == {f"{PAT}, {NOOR}": 2, "22395": 1}


@pytest.mark.parametrize("kind", [400, 404])
def test_a_group_that_v1_does_not_read_is_named(
    kind: int, answering: Callable[[Answer], None]
) -> None:
    answering(lambda _: httpx.Response(kind, json={"message": "Too many"}))
    found = actions.Found()
    assert listing.heard(a_run(Way.WALK), found, [PAT, NOOR]) == []
    assert found.unplaced == {f"{PAT}, {NOOR}": 0}
    with pytest.raises(ProviderError):
        listing.heard(a_run(Way.WALK), found, [PAT])


def test_a_call_that_cannot_be_read_is_no_empty_list(answering: Callable[[Answer], None]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_calls = request.url.path.endswith("calls")
        return httpx.Response(200, json={"data": [{"object": "call"}] if is_calls else []})

    answering(answer)
    with pytest.raises(ProviderError, match="call"):
        listing.heard(a_run(Way.WALK), actions.Found(), [PAT])


def test_a_read_takes_its_slot_and_a_bad_answer_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, environment: object
) -> None:
    slots: list[int] = []
    monkeypatch.setattr(listing, "take_slot", lambda: slots.append(1))
    monkeypatch.setattr(listing, "PAUSES", (0, 0, None))
    answers = [ProviderError("busy", Kind.AGAIN), ProviderError("500", Kind.UNCERTAIN), None]

    def read() -> str:
        if problem := answers.pop(0):
            raise problem
        return "read"

    assert listing.ask(read) == "read"
    assert len(slots) == 3
    answers[:] = [ProviderError("gone", Kind.STOPPED)]
    with pytest.raises(ProviderError, match="gone"):
        listing.ask(read)


def test_killed_in_the_middle_it_goes_on_nothing_twice_nothing_lost(
    session: Session, both: Place, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(11):
        both.say("STOP" if n == 7 else f"Hello {n}", f"+16175550{110 + n}")
    call(both, "ACone", "+16175550112")
    begun = actions.begin(session, owner)
    session.commit()
    take_in, takes = compare.take_in, [0]

    def killed(*asked: Any) -> None:
        takes[0] += 1
        if takes[0] % 4 == 0:
            raise KeyboardInterrupt
        take_in(*asked)

    monkeypatch.setattr(compare, "take_in", killed)
    for _ in range(20):
        with pytest.raises(KeyboardInterrupt):
            tasks.go_on()
        if takes[0] > 11:
            break
    monkeypatch.setattr(compare, "take_in", take_in)
    tasks.go_on()

    session.expire_all()
    found = session.get_one(Reconciliation, begun.id)
    assert (found.state, found.done) == (RunState.DONE, len(found.plan))
    assert [sum(week[n] for week in found.weeks.values()) for n in (0, 1)] == [11, 1]
    ids = session.exec(select(Message.provider_id)).all()
    assert (len(ids), len(set(ids))) == (11, 11)
    assert suppression_of(session, "+16175550117")

"""Sample deliveries: real, signed events of any kind about invented things, under one event id."""

from typing import Any

from crm_app.sandbox.calls.bodies import told as told_of_call
from crm_app.sandbox.calls.life import sample_call
from crm_app.sandbox.openphone.events import Line
from crm_app.sandbox.openphone.store import Store, Text
from crm_app.sandbox.stage.chance import Json, iso
from crm_app.sandbox.telling.tell import TEST_EVENT, tell

PERSON = "+16175550197"
CONTACT: dict[str, Any] = {"firstName": "Sam", "lastName": "Sample", "company": None, "role": None}


def send_sample(store: Store, line: Line, kind: str) -> bool:
    """Queue a sample of `kind`; return whether the webhooks' generation knows it."""
    at = store.now()
    return tell(
        store, kind, PERSON, lambda generation: sample(line, kind, generation, at), at,
        conversation_id=line.conversation_id(PERSON), event_id=TEST_EVENT,
    )  # fmt: skip


def sample(line: Line, kind: str, generation: str, at: float) -> Json:
    """Return the data of a sample event; `at` is seconds since 1970."""
    about, _, what = kind.partition(".")
    if about == "call":
        return told_of_call(line, kind, generation, sample_call(PERSON, kind, at))
    if about == "message":
        is_theirs = what == "received"
        text = Text(
            n=0, id="ACsample0001", origin="phone" if is_theirs else "api", people=PERSON,
            direction="incoming" if is_theirs else "outgoing", text="A sample text.", media="[]",
            status=what, error_code="30007" if what in ("failed", "undelivered") else None,
            created=at, updated=at, arrived=at, wall=at,
        )  # fmt: skip
        return line.told(generation, text)
    times: Json = {"createdAt": iso(at), "updatedAt": iso(at)}
    if about == "contact" and generation == "A":
        named: Json = {} if what == "deleted" else {"fields": {"Phone": PERSON}}
        kept: Json = {"notes": [], "sharedWith": [], "clientId": None, "userId": None}
        return {"object": {"id": "CTsample0001", "object": "contact", **CONTACT, **named, **kept,
                           **times}}  # fmt: skip
    if about == "contact":
        numbers = [{"value": PERSON, "type": "mobile"}]
        more: Json = {"location": None, "source": None, "externalId": None, "emails": []}
        whole = {**CONTACT, **more, "phoneNumbers": numbers, "customFields": [], **times}
        return {"resource": {"id": "CTsample0001", **whole}, "context": {"orgId": "ORsandbox0001"},
                "links": {}}  # fmt: skip
    told: Json = {"id": f"{about}-sample", "status": what, **times}
    return {"resource": told, "context": {}, "links": {}} if generation == "C" else {"object": told}

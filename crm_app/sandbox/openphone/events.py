"""The firm's line, and how texts on it are written: REST objects and what events say of them."""

import json

from crm_app.sandbox.openphone.store import Text
from crm_app.sandbox.stage.chance import Json, iso, stable
from crm_app.sandbox.telling.bodies import envelope, written

USER_ID = "USsandbox0001"
STAFF_ID = "USsandbox0002"  # who texts from OpenPhone's own app
ORG_ID = "ORsandbox0001"


class Line:
    """The firm's own number at OpenPhone, and the second one that texts its health checks."""

    def __init__(self, number: str, monitor: str = "") -> None:
        """Take the numbers in E.164; an empty `monitor` is none."""
        self.number, self.monitor = number, monitor
        self.id = stable("PN", number)

    def conversation_id(self, people: str) -> str:
        """Return the id of the thread with `people`: the same for ever."""
        return stable("CN", self.number, people)

    def sides(self, text: Text) -> tuple[str, list[str]]:
        """Return who wrote a text, and to whom."""
        people = text.people.split(",")
        if text.direction == "incoming":  # in a group the writer stands first
            return people[0], [self.number, *people[1:]]
        return self.number, people

    def resource(self, text: Text, *, dated: bool = False) -> Json:
        """Return a message as the REST API shows it; v1 knows no `failed`, only undelivered."""
        sender, to = self.sides(text)
        hidden = text.status == "failed" and not dated
        found: Json = {
            "id": text.id,
            "to": to,
            "from": sender,
            "text": text.text,
            "phoneNumberId": self.id,
            "conversationId": self.conversation_id(text.people),
            "direction": text.direction,
            "userId": {"phone": None, "app": STAFF_ID}.get(text.origin, USER_ID),
            "status": "undelivered" if hidden else text.status,
            "createdAt": iso(text.created),
            "updatedAt": iso(text.updated),
        }
        media = json.loads(text.media)
        return {**found, "media": media} if media or dated else found

    def event(self, generation: str, kind: str, text: Text, event_id: str, at: float) -> bytes:
        """Return the bytes of one event of `generation` A, B or C, as they are sent and signed."""
        return written(envelope(generation, kind, self.told(generation, text), event_id, at))

    def told(self, generation: str, text: Text) -> Json:
        """Return the data of an event that tells of a text."""
        return (
            self._dated(text) if generation == "C" else {"object": self._legacy(text, generation)}
        )

    def context(self, sender: str, to: list[str], thread: str) -> Json:
        """Return the context of a 2026-03-30 event; `thread` is the conversation's id."""
        return {
            "orgId": ORG_ID,
            "phoneNumberId": self.id,
            "conversationId": thread,
            "userId": USER_ID,
            "contacts": {"ids": [], "lookupStatus": "none"},
            "senderIdentifier": sender,
            "recipientIdentifiers": to,
        }

    def links(self, thread: str) -> Json:
        """Return the links of a 2026-03-30 event."""
        return {"quo": f"https://my.quo.com/inbox/{self.id}/c/{thread}"}

    def _legacy(self, text: Text, generation: str) -> Json:
        sender, to = self.sides(text)
        app = generation == "A"
        found: Json = {
            "id": text.id,
            "object": "message",
            "from": sender,
            "to": ",".join(to) if app else to,
            "direction": text.direction,
            "body" if app else "text": text.text,
            "media": json.loads(text.media),
            "status": text.status,
            "createdAt": iso(text.created),
            "userId": STAFF_ID if text.origin == "app" else USER_ID,
            "phoneNumberId": self.id,
        }
        if app:
            return {**found, "conversationId": self.conversation_id(text.people)}
        del found["media"]  # the documented v4 message has neither media nor conversationId
        return {**found, "contactIds": []}

    def _dated(self, text: Text) -> Json:
        sender, to = self.sides(text)
        thread = self.conversation_id(text.people)
        resource: Json = {"id": text.id, "direction": text.direction, "text": text.text}
        if text.status != "failed":
            resource["media"] = json.loads(text.media)
        resource["status"] = text.status
        if text.status in ("failed", "undelivered"):
            resource["errorCode"] = text.error_code
        return {
            "resource": {**resource, "createdAt": iso(text.created)},
            "context": self.context(sender, to, thread),
            "links": self.links(thread),
        }

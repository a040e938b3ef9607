"""What happens to texts in the pretend world: accepted, sent, received, answered, opted out."""

import json
import mimetypes
import time
from collections.abc import Sequence

from crm_app.sandbox.calls import life
from crm_app.sandbox.homeowners import answering
from crm_app.sandbox.openphone.events import Line
from crm_app.sandbox.openphone.store import Store, Text
from crm_app.sandbox.stage.chance import fresh, roll
from crm_app.sandbox.telling.tell import tell

# One word and nothing else counts: "stop please" is no opt-out for OpenPhone (its help, 2026).
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
START_WORDS = frozenset({"START", "UNSTOP"})
AUTO_STOPPED = "You have successfully been unsubscribed. Reply START to resubscribe."
AUTO_STARTED = "You have been re-subscribed. Reply STOP to unsubscribe."
CONFIRMATION_SECONDS = 300.0  # in which one text may still reach somebody who opted out
OPTED_OUT_CODE = "21610"
FOREIGN = "Grüße aus Łódź, gracias, 谢谢 👋🏽"
THIRD = "+19895550199"  # in every group text; sorted after all other invented numbers
ERROR_CODES = {"failed": "30005", "undelivered": "30007"}


class World:
    """The rules of the pretend world over what it remembers."""

    def __init__(self, store: Store, own_number: str, monitor_number: str = "") -> None:
        """Take the memory and the firm's own numbers in E.164."""
        self.store = store
        self.line = Line(own_number, monitor_number)

    def accept(self, text: str, people: Sequence[str], origin: str = "api") -> tuple[Text, bool]:
        """Take a text to send; return it, and whether its receipt is to come before the answer.

        `origin` "app": somebody of the firm wrote it in OpenPhone's own app.
        """
        now = self.store.now()
        with self.store.change():
            outcome, code = self._outcome(people, now)
            early = self.store.strikes("reorder_webhook")
            sent = self._add(origin, ",".join(sorted(people)), text, now, error_code=code)
            wait = 0.0 if early else 1 + 2 * roll(self.store.switches()["seed"], "receipt", sent.n)
            self.store.add("due", at=now + wait / 2, step="move", subject=sent.id, text="sent")
            self.store.add("due", at=now + wait, step="move", subject=sent.id, text=outcome)
        return sent, early

    def is_blocked(self, person: str, now: float) -> bool:
        """Say whether OpenPhone keeps texts away from `person`, who opted out."""
        found = self.store.rows("SELECT at, passed FROM opt_out WHERE e164 = ?", person)
        return bool(found) and (
            found[0]["passed"] > 0 or now - found[0]["at"] > CONFIRMATION_SECONDS
        )

    def receive(self, person: str, text: str, media: Sequence[str], at: float) -> Text:
        """Let a homeowner text the firm: opt-out words work, the webhook is queued."""
        kinds = [{"url": url, "type": mimetypes.guess_type(url)[0]} for url in media]
        word = text.strip().upper()
        with self.store.change():
            if word not in STOP_WORDS | START_WORDS and self.store.strikes("foreign_letters"):
                text = f"{text} {FOREIGN}".strip()
            in_group = person < THIRD and self.store.strikes("group_text")
            people = f"{person},{THIRD}" if in_group else person
            said = self._add(
                "phone", people, text, at, status="received", arrived=at, media=json.dumps(kinds)
            )
            self._queue("message.received", said, at)
            if word in STOP_WORDS:
                self.store.run("INSERT OR IGNORE INTO opt_out (e164, at) VALUES (?, ?)", person, at)
                self._auto_reply(person, AUTO_STOPPED, at)
            elif word in START_WORDS:
                self.store.run("DELETE FROM opt_out WHERE e164 = ?", person)
                self._auto_reply(person, AUTO_STARTED, at)
        return said

    def check(self, text: str, at: float) -> Text:
        """Let a health check of the monitor number reach the firm, if its webhook is not lost."""
        with self.store.change():
            said = self._add("phone", self.line.monitor, text, at, status="received", arrived=at)
            if not self.store.strikes("drop_check"):
                self._queue("message.received", said, at)
        return said

    def advance(self, until: float) -> None:
        """Let everything happen that is due by `until`, each at its own moment."""
        due = "SELECT * FROM due WHERE at <= ? ORDER BY at, n LIMIT 1"
        while found := self.store.rows(due, until):
            step = found[0]
            with self.store.change():
                self.store.run("DELETE FROM due WHERE n = ?", step["n"])
                if step["step"] == "move":
                    self._move(step["subject"], step["text"], step["at"])
                elif step["step"] == life.STEP:
                    life.step(self.store, self.line, step["subject"], step["text"], step["at"])
                elif not self.store.has_opted_out(step["subject"]):
                    self.receive(step["subject"], step["text"], (), step["at"])

    def _add(self, origin: str, people: str, text: str, at: float, **more: object) -> Text:
        columns: dict[str, object] = {"status": "queued", "media": "[]", **more, "id": fresh("AC")}
        direction = "incoming" if origin == "phone" else "outgoing"
        self.store.add(
            "message", origin=origin, direction=direction, people=people, text=text, created=at,
            updated=at, wall=time.time(), **columns,
        )  # fmt: skip
        return self.store.texts("id = ?", columns["id"])[0]

    def _outcome(self, people: Sequence[str], now: float) -> tuple[str, str | None]:
        if any(self.is_blocked(person, now) for person in people):
            return "failed", OPTED_OUT_CODE
        for person in people:
            self.store.run("UPDATE opt_out SET passed = passed + 1 WHERE e164 = ?", person)
        for outcome, code in ERROR_CODES.items():
            if self.store.strikes(outcome):
                return outcome, code
        return ("unconfirmed" if self.store.strikes("no_receipt") else "delivered"), None

    def _move(self, message_id: str, outcome: str, at: float) -> None:
        arrived = at if outcome in ("delivered", "unconfirmed") else None
        status = "sent" if outcome == "unconfirmed" else outcome
        self.store.run(
            "UPDATE message SET status = ?, updated = ?, arrived = ? WHERE id = ?",
            status, at, arrived, message_id,
        )  # fmt: skip
        moved = self.store.texts("id = ?", message_id)[0]
        if status != "sent":
            self._queue(f"message.{status}", moved, at)
        if arrived is not None and "," not in moved.people:
            self._plan_answer(moved.people, at)

    def _plan_answer(self, person: str, at: float) -> None:
        reached = "people = ? AND origin IN ('api', 'app') AND arrived IS NOT NULL"
        turn = len(self.store.texts(reached, person))
        switches = self.store.switches()
        said = answering.answer(switches["seed"], switches["answers"], person, turn)
        if said is not None:
            wait, text = said
            self.store.add("due", at=at + wait, step="say", subject=person, text=text)

    def _auto_reply(self, person: str, text: str, at: float) -> None:
        if self.store.switches()["auto_reply"]:
            sent = self._add("provider", person, text, at, status="delivered", arrived=at)
            self._queue("message.delivered", sent, at)

    def _queue(self, kind: str, text: Text, at: float) -> None:
        thread = self.line.conversation_id(text.people)
        tell(
            self.store, kind, text.people, lambda generation: self.line.told(generation, text), at,
            conversation_id=thread,
        )  # fmt: skip

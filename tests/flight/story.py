"""A day and a half of the pretend OpenPhone, written by its own world: seeded, of all kinds."""

import random
import sqlite3
import time
from pathlib import Path

from crm_app.sandbox.calls import life
from crm_app.sandbox.media.files import media_url
from crm_app.sandbox.openphone.server import build
from crm_app.sandbox.stage.chance import Json
from crm_app.sandbox.telling.samples import send_sample
from crm_app.settings import SANDBOX_NUMBER
from tests.campaigns.people import number

HOURS, UNTIL = 40, 600.0  # seconds before now: what is younger may still be on its way
EVENTS_OF_ONE = 1.42  # in the mean, of a text or a call with all that follows
GENERATIONS = "ABC"
SAID = (
    "Hello, do you fix cracks?", "Tuesday at nine is good", "Water came in again", "Thanks!", "Yes",
    "How much would two cracks be?", "The wall is poured concrete, from 1987", "Good morning",
)  # fmt: skip
STOPS = ("STOP", "Stop", "unsubscribe", "please stop texting me", "take me off your list")
STARTS = ("START", "UNSTOP")
HELD = ("Who gave you my number?", "I will call my lawyer", "wrong number")
OURS = ("We come on Tuesday.", "The quote is in the mail.", "Good morning from the firm.")
ODDITIES = {
    "extra_fields": 0.1, "key_order": 0.1, "wrapped_event": 0.05, "escaped_json": 0.1,
    "foreign_letters": 0.05, "failed": 0.05, "undelivered": 0.05,
}  # fmt: skip
SHAPES: dict[str, list[object]] = {
    "to_shape": ["documented", "string", "array"], "text_field": ["documented", "text", "body"],
    "conversation_id": ["documented", "always", "never"], "summary_type": ["sample's", "event's"],
    "incoming_status": ["documented", "received", "delivered"], "narrow_ringing": [False, True],
}  # fmt: skip
OTHERS = ("contact.updated", "contact.deleted", "integration.connected", "task.created")


class Story:
    """What is in the pretend OpenPhone at last, and every webhook it would have sent."""

    def __init__(self, path: Path, seed: int, events: int, people: int) -> None:
        """Write it into the sqlite file of the pretend OpenPhone, which must not run yet."""
        self._chance, self._events = random.Random(seed), events
        self._people = [number(n) for n in range(1, people + 1)]
        built = build(state_path=path, webhook_url="", key=b"", own_number=SANDBOX_NUMBER)
        self._world = built.world
        store = self._world.store
        store.keep("switches", {"seed": seed, "answers": 0})
        store.keep("faults", ODDITIES)
        with store.change():
            self._live()
            self.webhooks: list[sqlite3.Row] = store.rows("SELECT * FROM webhook ORDER BY next_at")
            store.run("DELETE FROM webhook")
        self.sent = store.texts("origin = 'api'")
        self.texts = {text.id: text for text in store.texts("1")}
        self.calls = {row["id"] for row in store.rows("SELECT id FROM call")}
        store.keep("faults", {})
        store.keep("offset", 0)
        store.close()

    def _live(self) -> None:
        store, happenings = self._world.store, self._events / EVENTS_OF_ONE
        begins = time.time() - HOURS * 3600
        step = (HOURS * 3600 - UNTIL - 3600) / happenings
        for n in range(int(happenings)):
            at = begins + (n + self._chance.random()) * step
            self._world.advance(at)
            shapes = {name: self._chance.choice(some) for name, some in SHAPES.items()}
            shapes["generation"] = self._chance.choice(GENERATIONS)
            store.keep("switches", store.switches() | shapes)
            store.keep("offset", at - time.time())
            self._happen(at)
        self._world.advance(time.time() - UNTIL)

    def _happen(self, at: float) -> None:
        person, roll = self._chance.choice(self._people), self._chance.random()
        if roll < 0.36:
            self._world.receive(person, self._chance.choice(SAID), (), at)
        elif roll < 0.40:
            self._world.receive(person, "", [media_url("photo")], at)
        elif roll < 0.46:
            words = self._chance.choice((STOPS, STARTS, HELD, ("HELP",)))
            self._world.receive(person, self._chance.choice(words), (), at)
        elif roll < 0.60:
            self._world.accept(f"{self._chance.choice(OURS)} {at:.0f}", [person])
        elif roll < 0.70:
            self._world.accept(f"{self._chance.choice(OURS)} {at:.0f}", [person], "app")
        elif roll < 0.95:
            more: Json = {"seconds": self._chance.randrange(5, 900),
                          "is_recorded": self._chance.random() < 0.5}  # fmt: skip
            how = self._chance.choice(life.HOWS)
            if how in ("answered", "menu"):
                more["is_ours"] = self._chance.random() < 0.4
            life.begin(self._world.store, self._world.line, person, how, **more)
        else:
            send_sample(self._world.store, self._world.line, self._chance.choice(OTHERS))

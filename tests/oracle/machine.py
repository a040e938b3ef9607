"""What people write and are written, in any order; the oracle hears of it in its own words."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, db
from crm_app.compliance.actions import note_consent
from crm_app.compliance.facts import Basis, Purpose
from crm_app.contacts.actions import delete_contact
from crm_app.conversations.actions import queue_text, reply, start_thread
from crm_app.conversations.optout import lift_by_hand, settle_frozen, suppress_by_hand
from crm_app.openphone.lookup import look_up_due
from crm_app.openphone.tasks import apply_due
from crm_app.outbox.lookups import decide
from crm_app.outbox.outcomes import sweep_leases
from crm_app.outbox.sending import next_due
from crm_app.screening.actions import load_list, take_off
from tests.oracle.lists import Lists, everybody
from tests.oracle.oracle import COMPANY, DAY, HOLDS, PASSING, Text
from tests.oracle.world import SEEN

JUMPS = [
    {"minutes": 1}, {"minutes": 4}, {"hours": 1}, {"hours": 5}, {"days": 1}, {"days": 3},
    {"days": 7}, {"days": 30}, {"days": 61},
]  # fmt: skip
# What these mean is no question; the oracle has its own reading.
MEANS = {"STOP": "STOP", "START": "START", "HELP": "HELP", "who is this?": "HOLD",
         "Stop by after 3": "", "Yes please": ""}  # fmt: skip
SHORT, WHOLE = "Hello again", "Attack-a-Crack here, is it dry? Reply STOP to end"
PURPOSES = [Purpose.FOLLOW_UP, Purpose.REMINDER, Purpose.FIRST_BY_HAND, Purpose.REPLY]
HELD = text("select id from outbox where is_for_person and state = 'waiting' order by id")
words = st.sampled_from([SHORT, WHOLE, WHOLE])
outcomes = st.lists(
    st.sampled_from(["sent", "again", "refused", "lost", "unclear", "killed", "slow", "slow"]),
    max_size=3,
)


class Machine(Lists):
    """All rules; after each, what may go goes, and what waits is judged."""

    @rule(e164=everybody, said=st.sampled_from(list(MEANS)), late=st.sampled_from([0, 0, 2]),
          plans=outcomes)  # fmt: skip
    def they_text(self, e164: str, said: str, late: int, plans: list[str]) -> None:
        them = self.oracle.people[e164]
        if them.gone and e164 not in self.world.contacts:
            return  # a stranger's contact would be another one than the import's
        self.world.texted(e164, said, late)
        at = self.world.last_at
        them.wrote.append(at)
        meant = MEANS[said]
        if meant == "STOP":
            them.words.append((at, "STOP"))
            them.frozen = them.frozen and them.stopped() is None
        if meant == "START" and them.stopped():
            them.words.append((at, "START"))
        if meant == "HOLD":
            them.held.append(at)
        if meant == "HOLD" and them.stopped() is None:
            them.frozen = True
        SEEN[f"wrote {said}"] += 1
        self.plans = plans
        apply_due()

    @rule(e164=everybody, verb=st.sampled_from(["stop", "lift"]))
    def by_hand(self, e164: str, verb: str) -> None:
        them, owner = self.oracle.people[e164], self.world.owner
        if verb == "stop":
            assert self.do(suppress_by_hand, e164, owner, "they rang")
            them.words.append((self.now, "STOP"))
            them.frozen = False
        else:
            taken = self.do(lift_by_hand, e164, owner, "they rang", "a note")
            assert taken is (them.stopped() is not None)
            if taken:
                them.words.append((self.now, "START"))

    @precondition(lambda self: self.frozen())
    @rule(which=st.integers(0, 9), how=st.sampled_from(["go on", "go on", "stop"]))
    def settle(self, which: int, how: str) -> None:
        e164 = self.frozen()[which % len(self.frozen())]
        assert self.do(settle_frozen, e164, how, self.world.owner)
        self.oracle.people[e164].frozen = False
        if how == "stop":
            self.oracle.people[e164].words.append((self.now, "STOP"))

    @rule(e164=everybody, purpose=st.sampled_from(PURPOSES), said=words, plans=outcomes)
    def queue(self, e164: str, purpose: Purpose, said: str, plans: list[str]) -> None:
        """A rule or a person queues a text; refused is only what the oracle forbids."""
        self.queued(queue_text, e164, said, purpose)
        self.plans = plans

    @precondition(lambda self: self.frozen())
    @rule(which=st.integers(0, 9), purpose=st.sampled_from(PURPOSES))
    def queue_to_frozen(self, which: int, purpose: Purpose) -> None:
        self.queued(queue_text, self.frozen()[which % len(self.frozen())], WHOLE, purpose)

    def frozen(self) -> list[str]:
        """Whose text wants a person to look."""
        return [e164 for e164, one in self.oracle.people.items() if one.frozen]

    @rule(e164=everybody, said=words, plans=outcomes)
    def write_by_hand(self, e164: str, said: str, plans: list[str]) -> None:
        """Somebody writes in the thread: a reply, or a first text, as the case is."""
        wrote = self.oracle.people[e164].wrote
        lately = any(self.now - at <= 90 * DAY for at in wrote)
        self.queued(self._write, e164, said, Purpose.REPLY if lately else Purpose.FIRST_BY_HAND)
        self.plans = plans

    def _write(
        self, session: Session, _e164: str, said: str, _purpose: Purpose, _user: int, contact: int
    ) -> int:
        thread = start_thread(session, contact, self.world.owner)
        return reply(session, thread, said, self.world.owner)

    def queued(self, verb: object, e164: str, said: str, purpose: Purpose) -> None:
        contact = self.world.contacts.get(e164)
        if contact is None:
            return
        taken = self.do(verb, e164, said, purpose, self.world.owner.id, contact)
        because = self.oracle.forbids(0, Text(e164, str(purpose), said), self.now)
        is_passing = because in ("", *PASSING) and not self.oracle.is_shy(e164)
        assert taken or not is_passing, f"{purpose} to {e164} refused at {self.now}: {because}"
        SEEN[f"queued: {purpose}" if taken else f"refused: {purpose}, {because}"] += 1

    @rule(e164=everybody, back=st.booleans())
    def delete(self, e164: str, back: bool) -> None:
        if contact := self.world.contacts.get(e164):
            self.do(delete_contact, self.world.owner, contact, back)
            self.oracle.people[e164].gone = not back

    @rule(e164=everybody, basis=st.sampled_from(["asked", "customer", "customer", "written"]),
          ago=st.sampled_from([0, 0, 60, 400]))  # fmt: skip
    def consent(self, e164: str, basis: str, ago: int) -> None:
        since = self.now - ago * DAY
        is_over = since + HOLDS[basis] * DAY <= self.now
        taken = self.do(note_consent, e164, Basis(basis), "a paper", since, self.world.owner)
        assert taken is not is_over
        if taken:
            self.oracle.people[e164].consents.append((basis, since))

    @rule(kind=st.sampled_from(["internal", "national", "massachusetts", "litigator"]),
          listed=st.sets(everybody, min_size=1, max_size=3))  # fmt: skip
    def list_comes(self, kind: str, listed: set[str]) -> None:
        """A do-not-call list: a publisher's replaces the last one, ours grows."""
        today = self.now.astimezone(COMPANY).date()
        told = (kind, "\n".join(sorted(listed)), today, self.world.owner)
        assert self.do(load_list, *told, is_sure=True)
        for e164, one in self.oracle.people.items():
            if e164 in listed:
                one.do_not_call.add(kind)
            elif kind != "internal":
                one.do_not_call.discard(kind)

    @rule(e164=everybody)
    def off_our_list(self, e164: str) -> None:
        known = self.oracle.people[e164].do_not_call
        assert self.do(take_off, e164, self.world.owner, "asked us") is ("internal" in known)
        known.discard("internal")

    @rule(which=st.integers(0, 9), verb=st.sampled_from(["again", "give_up"]))
    def decide_held(self, which: int, verb: str) -> None:
        """A person looks at what is held for them: it may go by the gate, or never."""
        with db.transaction() as session:
            held = session.execute(HELD).scalars().all()
        if held:
            assert self.do(decide, held[which % len(held)], verb, self.world.owner)
            self.world.for_person.discard(held[which % len(held)])

    @precondition(lambda self: self.world.flights)
    @rule(which=st.integers(0, 9), plan=st.sampled_from(["sent", "again", "refused", "lost"]))
    def slow_answer(self, which: int, plan: str) -> None:
        """The provider answers at last; whatever happened meanwhile."""
        self.world.finish(self.world.flights[which % len(self.world.flights)], plan)

    @rule(jump=st.sampled_from(JUMPS), plans=outcomes)
    def time_passes(self, jump: dict[str, int], plans: list[str]) -> None:
        self.world.time.pass_by(**jump)
        self.worker_minute(plans)

    @rule(plans=outcomes)
    def next_opening(self, plans: list[str]) -> None:
        """It becomes the time at which the program says that the next text may go."""
        with db.transaction() as session:
            due, now = next_due(session), clock.now(session)
        if due and due > now:
            SEEN["next opening"] += 1
            self.world.time.pass_by(seconds=(due - now).total_seconds())
        self.worker_minute(plans)

    def worker_minute(self, plans: list[str]) -> None:
        """Sweeps, and two look-ups: what a killed worker had is found, or surely absent."""
        with db.transaction() as session:
            sweep_leases(session)
        for _ in range(2):
            look_up_due()
            self.world.check()
            self.world.time.pass_by(minutes=11)
        self.plans = plans

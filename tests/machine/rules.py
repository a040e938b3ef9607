"""The machine: everything that can happen to people, campaigns and texts, in any order."""

from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import text

from crm_app import db
from crm_app.campaigns import actions as campaigns
from crm_app.contacts.actions import add_number, delete_contact
from crm_app.conversations.actions import reply, start_thread
from crm_app.conversations.optout import lift_by_hand, suppress_by_hand
from crm_app.openphone.lookup import look_up_due
from crm_app.openphone.tasks import apply_due
from crm_app.outbox.outcomes import sweep_leases
from tests.campaigns.people import BODY
from tests.machine.changes import Changes
from tests.machine.people import PEOPLE, is_open
from tests.machine.provider import OUTCOMES
from tests.machine.world import World
from tests.texting import at_full_speed

# Before the clocks go on, before they go back, before Thanksgiving, and a plain Tuesday.
BEGINNINGS = [
    datetime(2026, 3, 6, 22, 50, tzinfo=UTC), datetime(2026, 10, 30, 21, 30, tzinfo=UTC),
    datetime(2026, 11, 25, 18, 0, tzinfo=UTC), datetime(2026, 6, 9, 17, 0, tzinfo=UTC),
]  # fmt: skip
JUMPS = [
    {"seconds": 20}, {"minutes": 2}, {"minutes": 11}, {"hours": 3}, {"hours": 14}, {"days": 1},
    {"days": 3}, {"days": 31},
]  # fmt: skip
LATE = [0, 2, 60 * 26, -1]  # minutes; the last: just before their latest word
which, people = st.integers(0, 30), st.sampled_from([0, 0, 0, 0, *range(len(PEOPLE))])
outcomes = st.sampled_from(["sent", "sent", "unclear", *OUTCOMES])
spare = st.sampled_from([False, False, True])


class Machine(Changes):
    """Rules move the world; the promises are looked at after each."""

    @initialize(begins=st.sampled_from(BEGINNINGS))
    def begin(self, begins: datetime) -> None:
        self.world = World(begins)
        self.campaigns: list[int] = []
        self.start_one(0)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.end()

    @invariant()
    def promises_hold(self) -> None:
        if hasattr(self, "world"):
            self.world.time.pass_by(seconds=1)
            self.world.check()

    def start_one(self, on: int) -> None:
        self.write_campaign(on, 9, "")
        self.world.do(campaigns.start, self.campaigns[-1], self.world.owner)
        self.world.do(at_full_speed)

    @precondition(lambda self: len(self.campaigns) < 4)
    @rule(on=st.sampled_from([0, 0, 1, 2]), which=which, more=st.sampled_from(["", " Bye"]))
    def write_campaign(self, on: int, which: int, more: str) -> None:
        """A new draft, or a draft changed; one that has started must refuse."""
        known = [*self.campaigns, 0]
        campaign_id = 0 if which > 5 else known[which % len(known)]
        told = ("Spring", self.world.lists[on], BODY + more, self.world.owner, campaign_id)
        with db.transaction() as session:
            found = session.execute(text("select state from campaign where id = :id"),
                                    {"id": campaign_id}).scalar()  # fmt: skip
        assert self.world.do(campaigns.save_campaign, *told) is (found in (None, "draft"))
        if not campaign_id:
            with db.transaction() as session:
                newest = session.execute(text("select max(id) from campaign")).scalar_one()
            self.campaigns.append(newest)

    @rule(verb=st.sampled_from(["pause", "resume", "start", "cancel"]), which=which)
    def move_campaign(self, verb: str, which: int) -> None:
        campaign_id = self.campaigns[-1 - which % len(self.campaigns)]
        self.world.do(campaigns.VERBS[verb], campaign_id, self.world.owner)
        self.world.do(at_full_speed)

    @rule(who=people, plans=st.lists(outcomes, min_size=1, max_size=4))
    def open_hour(self, who: int, plans: list[str]) -> None:
        """It becomes an hour in which somebody may be texted, and a worker sends."""
        while not is_open(PEOPLE[who].e164, self.world.time.pass_by(minutes=35)):
            pass
        self.send(plans)

    @rule(jump=st.sampled_from(JUMPS), plans=st.lists(outcomes, max_size=4))
    def worker_minute(self, jump: dict[str, int], plans: list[str]) -> None:
        """Time passes; a worker does all that it does every minute, and looks up once more."""
        self.time_passes(jump)
        self.world.do(sweep_leases)
        apply_due()
        self.world.check()
        for _ in range(2):
            self.look_up(False)
            self.world.check()
            self.world.time.pass_by(minutes=11)
        self.world.do(campaigns.settle)
        self.send(plans)

    @rule(who=people, spare=spare, words=st.sampled_from(["STOP", "STOP", "START", "Yes?"]),
          late=st.sampled_from(LATE), is_doubled=st.booleans())  # fmt: skip
    def they_text(self, who: int, spare: bool, words: str, late: int, is_doubled: bool) -> None:
        self.world.texted(self.number(who, spare), words, late)
        if is_doubled:
            self.deliver_again(-1)

    @precondition(lambda self: self.world.deliveries)
    @rule(which=which)
    def deliver_again(self, which: int) -> None:
        """A delivery comes twice: under its own id, or by another subscription."""
        event, words = self.world.deliveries[which % len(self.world.deliveries)]
        self.world.deliver(event, words, event["id"])
        self.world.deliver(event, words, f"EVagain{next(self.world.ids)}")

    @rule()
    def apply_deliveries(self) -> None:
        apply_due()

    @rule(who=people, spare=spare, is_lifted=st.booleans())
    def by_hand(self, who: int, spare: bool, is_lifted: bool) -> None:
        e164, verb = self.number(who, spare), lift_by_hand if is_lifted else suppress_by_hand
        word = "START" if is_lifted else "STOP"
        self.world.promises.said(e164, word, self.world.time.at)
        told = ["they rang", "call of today"][: 1 + is_lifted]
        assert self.world.do(verb, e164, self.world.owner, *told) or is_lifted

    @rule(who=people, back=st.booleans())
    def delete(self, who: int, back: bool) -> None:
        self.world.do(delete_contact, self.world.owner, self.world.contacts[who], back)

    @rule(who=people)
    def replace_number(self, who: int) -> None:
        """They have another number now: the first one takes no more texts."""
        told = self.world.owner, self.world.contacts[who], PEOPLE[who].spare
        if self.world.do(add_number, *told):
            with db.transaction() as session:
                session.execute(text("update phone_number set is_textable = false,"
                                     " not_textable_because = 'disconnected' where e164 = :e164"),
                                {"e164": PEOPLE[who].e164})  # fmt: skip

    @rule(who=people)
    def write_by_hand(self, who: int) -> None:
        world = self.world
        world.do(lambda session: reply(
            session, start_thread(session, world.contacts[who], world.owner), "Hello", world.owner
        ))  # fmt: skip

    @rule(plans=st.lists(outcomes, min_size=1, max_size=4))
    def send(self, plans: list[str]) -> None:
        """A worker claims, calls and records."""
        for plan in plans:
            if flight := self.world.claim():
                self.world.call(flight, plan)
                self.world.record(flight)

    @rule()
    def claim(self) -> None:
        self.world.claim()

    @precondition(lambda self: any(one.answer is None for one in self.world.flights))
    @rule(which=which, plan=outcomes)
    def call(self, which: int, plan: str) -> None:
        waiting = [one for one in self.world.flights if one.answer is None]
        self.world.call(waiting[which % len(waiting)], plan)

    @precondition(lambda self: any(one.answer for one in self.world.flights))
    @rule(which=which)
    def record(self, which: int) -> None:
        answered = [one for one in self.world.flights if one.answer]
        self.world.record(answered[which % len(answered)])

    @precondition(lambda self: self.world.flights)
    @rule(which=which)
    def kill(self, which: int) -> None:
        """The worker dies, before or after its call; nobody records."""
        del self.world.flights[which % len(self.world.flights)]

    @rule(is_broken=st.sampled_from([False, False, True]))
    def look_up(self, is_broken: bool) -> None:
        self.world.provider.is_broken = is_broken
        look_up_due()

    @precondition(lambda self: self.world.provider.sent)
    @rule(which=which, status=st.sampled_from(["delivered", "undelivered", "failed"]))
    def receipt(self, which: int, status: str) -> None:
        self.world.receipt(which % len(self.world.provider.sent), status)

    @rule(jump=st.sampled_from(JUMPS))
    def time_passes(self, jump: dict[str, int]) -> None:
        self.world.time.pass_by(**jump)

    @staticmethod
    def number(who: int, spare: bool) -> str:
        return PEOPLE[who].spare if spare else PEOPLE[who].e164

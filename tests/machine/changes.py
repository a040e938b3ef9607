"""What changes under a running campaign: its words, its list, what a person or a receipt says."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import text

from crm_app import db
from crm_app.campaigns import actions as campaigns
from crm_app.openphone.lookup import ask_for_receipts
from crm_app.outbox.lookups import decide
from tests.campaigns.people import BODY
from tests.machine.people import PEOPLE
from tests.machine.world import World

_ASKED = text(
    "select id, state from outbox where is_for_person and state in ('waiting', 'uncertain')"
    " order by id"
)
_MEMBER = "list_id = :list_id and contact_id = :contact_id"
listed = st.sampled_from([1, 1, 2, 3, 0])  # the middle ones are on another attested list, too
which, people = st.integers(0, 30), st.sampled_from([0, 0, 0, *range(len(PEOPLE))])


class Changes(RuleBasedStateMachine):
    """The rules of that; the machine has the others."""

    world: World
    campaigns: list[int]

    def open_hour(self, who: int, plans: list[str]) -> None:
        raise NotImplementedError

    def look_up(self, is_broken: bool) -> None:
        raise NotImplementedError

    def asked(self) -> list[Any]:
        """What waits for a person's decision."""
        with db.transaction() as session:
            return list(session.execute(_ASKED))

    @rule(who=people)
    def lost_twice(self, who: int) -> None:
        """A text gets no answer, is surely absent, waits again, and is lost again."""
        for _ in range(2):
            self.open_hour(who, ["lost"])
            for _ in range(2):
                self.look_up(False)
                self.world.check()
                self.world.time.pass_by(minutes=11)

    @rule(which=which, words=st.sampled_from([" Bye", " Thank you", ""]))
    def reword(self, which: int, words: str) -> None:
        """A running campaign gets another text; one that does not run refuses."""
        campaign_id = self.campaigns[which % len(self.campaigns)]
        with db.transaction() as session:
            state = session.execute(text("select state from campaign where id = :id"),
                                    {"id": campaign_id}).scalar_one()  # fmt: skip
        taken = self.world.do(campaigns.reword, campaign_id, BODY + words, self.world.owner)
        assert state in ("active", "paused") or not taken

    @precondition(lambda self: self.asked())
    @rule(which=which, verb=st.sampled_from(["again", "again", "give_up", "arrived"]))
    def decide(self, which: int, verb: str) -> None:
        """A person who rings up and asks says of an uncertain text what is so, or gives it up."""
        asked = self.asked()
        row_id, state = asked[which % len(asked)]
        has_left = bool(self.world.provider.left[row_id])
        if state == "uncertain" and verb != "give_up":
            verb = "arrived" if has_left else "again"
        taken = self.world.do(decide, row_id, verb, self.world.owner)
        assert taken is (state == "uncertain" or verb != "arrived")
        if taken:
            assert not self.world.do(decide, row_id, verb, self.world.owner), "it was settled"

    @precondition(lambda self: self.world.provider.sent)
    @rule(status=st.sampled_from(["sent", "delivered", "undelivered"]), is_broken=st.booleans())
    def ask_for_receipts(self, status: str, is_broken: bool) -> None:
        self.world.provider.status, self.world.provider.is_broken = status, is_broken
        ask_for_receipts()

    @rule(
        who=people,
        on=st.sampled_from([0, 0, 1]),
        is_removed=st.sampled_from([True, False, False, False]),
    )
    def edit_list(self, who: int, on: int, is_removed: bool) -> None:
        """Somebody leaves a list just before the worker sends, or is on it again."""
        given = {"list_id": self.world.lists[on], "contact_id": self.world.contacts[who]}
        with db.transaction() as session:
            session.execute(text(f"delete from list_member where {_MEMBER}"), given)
            if not is_removed:
                session.execute(
                    text("insert into list_member (list_id, contact_id, property_id)"
                         " values (:list_id, :contact_id, (select min(property_id)"
                         " from contact_property where contact_id = :contact_id))"), given,
                )  # fmt: skip
        if is_removed:
            self.open_hour(who, ["sent"])

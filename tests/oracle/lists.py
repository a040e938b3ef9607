"""Campaigns, lists and imports under the oracle's eyes; the machine has the people."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text

from crm_app import db
from crm_app.campaigns import actions as campaigns
from crm_app.compliance.actions import attest
from crm_app.imports import actions as imports
from crm_app.imports import tasks
from tests.campaigns.people import BODY
from tests.oracle.people import EVERYBODY, NEW, PEOPLE
from tests.oracle.world import SEEN, Judged
from tests.texting import at_full_speed

BEGINNINGS = [
    datetime(2026, 3, 6, 20, 50, tzinfo=UTC), datetime(2026, 10, 30, 17, 30, tzinfo=UTC),
    datetime(2026, 11, 25, 20, 0, tzinfo=UTC), datetime(2026, 6, 9, 17, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 15, 0, tzinfo=UTC), datetime(2028, 2, 28, 16, 0, tzinfo=UTC),
]  # fmt: skip
everybody = st.sampled_from([one.e164 for one in (*PEOPLE[:2] * 4, *EVERYBODY)])


class Lists(RuleBasedStateMachine):
    """Rules move the world; after each, what may go goes, and what waits is judged."""

    world: Judged
    plans: list[str]

    @initialize(begins=st.sampled_from(BEGINNINGS))
    def begin(self, begins: datetime) -> None:
        self.world = Judged(begins)
        self.oracle, self.plans = self.world.oracle, []
        self.start_campaign("All")

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.end()

    @invariant()
    def nothing_wrong_leaves_and_nothing_right_waits(self) -> None:
        if hasattr(self, "world"):
            self.world.time.pass_by(seconds=1)
            self.world.drain(self.plans)
            self.plans = []

    @property
    def now(self) -> datetime:
        return self.world.time.at

    def do(self, verb: Any, *args: Any, **more: Any) -> bool:
        is_taken = self.world.do(verb, *args, **more)
        SEEN[f"{getattr(verb, '__name__', 'resume')}{'' if is_taken else ' refused'}"] += 1
        return is_taken

    def newest(self, table: str) -> int:
        with db.transaction() as session:
            return session.execute(text(f"select coalesce(max(id), 0) from {table}")).scalar_one()

    # Campaigns and lists

    @rule(name=st.sampled_from(["All", "Few", "Autumn"]))
    def start_campaign(self, name: str) -> None:
        """It starts for an attested list with somebody to text, else it is refused."""
        world = self.world
        if name not in world.lists:
            return
        before = self.newest("campaign")
        world.do(campaigns.save_campaign, "Spring", world.lists[name], BODY, world.owner)
        made = self.newest("campaign")
        if made > before:
            world.list_of[made] = name
            SEEN["campaign started"] += world.do(campaigns.start, made, world.owner)
            world.do(at_full_speed)

    @precondition(lambda self: self.world.list_of)
    @rule(which=st.integers(0, 9), verb=st.sampled_from(["pause", "resume", "resume", "cancel"]))
    def move_campaign(self, which: int, verb: str) -> None:
        campaign = list(self.world.list_of)[which % len(self.world.list_of)]
        if self.do(campaigns.VERBS[verb], campaign, self.world.owner):
            (self.oracle.paused.add if verb == "pause" else self.oracle.paused.discard)(campaign)

    @rule(name=st.sampled_from(["All", "Few", "Autumn"]))
    def attest_list(self, name: str) -> None:
        if name in self.world.lists:
            self.do(attest, self.world.lists[name], self.world.owner, "I may text them.")
            self.oracle.attested[name] = self.now

    @rule(which=st.integers(0, 1))
    def import_file(self, which: int) -> None:
        """Two new people, or the same again under other names: nobody is freed by that."""
        world, file = self.world, self.world.files[which]
        (imports.folder() / file.name).write_bytes(file.read_bytes())
        assert self.do(imports.take_in, file.name, file.name, "Autumn", is_approved=True)
        tasks.run(self.newest("import"))
        if "Autumn" in world.lists:
            return
        with db.transaction() as session:
            world.lists["Autumn"] = session.execute(
                text("select id from contact_list where name = 'Autumn'")).scalar_one()  # fmt: skip
            for one in NEW:
                world.contacts[one.e164] = session.execute(
                    text("select contact_id from phone_number where e164 = :e"), {"e": one.e164}
                ).scalar_one()
                self.oracle.people[one.e164].gone = False
                self.oracle.people[one.e164].lists.add("Autumn")

    @rule(e164=everybody, back=st.booleans())
    def edit_list(self, e164: str, back: bool) -> None:
        """Somebody leaves the first list, or is on it again."""
        contact, them = self.world.contacts.get(e164), self.oracle.people[e164]
        if contact is None:
            return
        given = {"contact": contact, "list": self.world.lists["All"]}
        with db.transaction() as session:
            session.execute(text("delete from list_member where contact_id = :contact"
                                 " and list_id = :list"), given)  # fmt: skip
            if back:
                session.execute(text(
                    "insert into list_member (list_id, contact_id, property_id) values (:list,"
                    " :contact, (select min(property_id) from contact_property"
                    " where contact_id = :contact))"), given)  # fmt: skip
        (them.lists.add if back else them.lists.discard)("All")

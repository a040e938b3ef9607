"""State of /compliance."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import clock, listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts.phones import read_phone, show
from crm_app.conversations import optout
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.evidence.decisions import PAGE_SIZE, DecisionRow, decisions
from crm_app.evidence.state import settle_frozen
from crm_app.oversight import queries, selftest
from crm_app.oversight.queries import NumberRow, Today
from crm_app.times import hour
from crm_app.ui.attrs import closes, opens, toast

ADD, LIFT = "add-stop", "lift-stop"


class OversightState(rx.State):
    """/compliance: one of its views, read anew when texts come or go."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.READ_ALL_THREADS, "lift": Permission.LIFT,
    }  # fmt: skip
    view: str = "now"
    is_loaded: bool = False
    may_lift: bool = False
    # What the lists are narrowed to: opt-outs by words, decisions by the others.
    chosen: dict[str, str] = dict.fromkeys(("words", "verdict", "purpose", "rule", "number"), "")
    today: Today = Today()
    frozen: list[NumberRow] = []
    page_number: int = 1
    pages: int = 1
    total: int = 0
    stops: list[NumberRow] = []
    refused: list[NumberRow] = []
    alone: int = 0  # opt-outs in words that OpenPhone does not know
    asked: str = ""
    _e164: str = ""
    decisions: list[DecisionRow] = []
    before: int = 0  # the decision that the page begins after; 0: the newest
    last: int = 0  # the decision that the next page begins after; 0: there is none
    golden: list[selftest.Golden] = []
    tested: str = ""

    @rx.event
    async def load(self) -> None:
        listener.watch(self, "inbox", "", OversightState.refresh)
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Read again what may have changed; lists that somebody leafs through stay."""
        if self.view == "now":
            await self._read()

    @rx.event
    async def choose(self, view: str) -> None:
        """Show a view from its beginning; the checks are run again."""
        self.view, self.page_number, self.before, self.is_loaded = view, 1, 0, False
        await self._read()

    @rx.event
    async def narrow(self, name: str, value: str) -> None:
        """Narrow the list of this view, by one of `chosen`."""
        if name in self.chosen:
            self.chosen[name], self.page_number, self.before = value[:100], 1, 0
        await self._read()

    @rx.event
    async def turn(self, step: int) -> None:
        self.page_number = max(1, min(self.pages, self.page_number + step))
        await self._read()

    @rx.event
    async def older(self) -> None:
        """Show the decisions before those that are shown."""
        self.before = self.last
        await self._read()

    @rx.event
    async def settle(self, frozen_id: int, how: str) -> Any:
        told = await settle_frozen(await signed_in(self), frozen_id, how)
        await self._read()
        return told

    @rx.event
    async def add(self, form: dict[str, str]) -> Any:
        """Stop texts to a number that somebody tells us, with the reason."""
        read, because = read_phone(form.get("phone", "")), form.get("why", "").strip()
        if not read.e164:
            wrong = read.refused or "it is blank"
            raise CrmError(f"Write a US number with its area code: {wrong}.")
        if not because:
            raise CrmError("Say why nobody may text this number.")
        person = await signed_in(self)
        await in_thread(optout.suppress_by_hand, read.e164, person, because)
        await self._read()
        return [closes(ADD), toast(f"{show(read.e164)} gets no more texts")]

    @rx.event
    async def ask(self, e164: str) -> Any:
        """Open the dialog that asks for reason and proof before an opt-out is lifted."""
        self._e164, self.asked = e164, show(e164)
        return opens(LIFT)

    @rx.event
    async def lift(self, form: dict[str, str]) -> Any:
        """Lift the opt-out that was asked about."""
        told = (form.get("because", ""), form.get("proof", ""))
        await in_thread(optout.lift_by_hand, self._e164, await signed_in(self), *told)
        await self._read()
        return [closes(LIFT), toast(f"{self.asked} may be texted again")]

    async def _read(self) -> None:
        person = await signed_in(self)
        self.may_lift = person.may(Permission.LIFT)
        narrowed: dict[str, Any] = dict(self.chosen)
        words = narrowed.pop("words")
        if self.view == "now":
            self.today = await in_thread(queries.today, person)
            self.frozen = await in_thread(queries.frozen, person)
        elif self.view == "stops":
            found = await in_thread(queries.suppressions, person, words, self.page_number)
            self.stops, self.total = found
            self.pages = max(1, -(-self.total // PAGE_SIZE))
            self.refused, self.alone = await in_thread(queries.disagreements, person)
        elif self.view == "decisions":
            self.decisions = await in_thread(decisions, person, before=self.before, **narrowed)
            self.last = self.decisions[-1].id if len(self.decisions) == PAGE_SIZE else 0
        else:
            self.golden = await in_thread(selftest.results)
            self.tested = hour(clock.wall())
        self.is_loaded = True

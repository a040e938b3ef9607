"""State of the do-not-call lists on /compliance."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import clock, listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.compliance.gate_rules import LISTED
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.screening import actions, queries
from crm_app.screening.queries import ListRow
from crm_app.screening.reading import read_day
from crm_app.times import local
from crm_app.ui.attrs import closes, toast

OFF = "list-take-off"
LONGEST = 700_000  # letters; a websocket message of a megabyte ends the connection


class ListsState(rx.State):
    """The lists, which of them is loaded next, and of what date."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.READ_ALL_THREADS, "fill": Permission.SUPPRESS,
        "take_off": Permission.LIFT,
    }  # fmt: skip
    rows: list[ListRow] = []
    kinds: list[tuple[str, str]] = []
    kind: str = actions.INTERNAL
    dated: str = ""
    may_take_off: bool = False
    checks: str = ""
    fills: int = 0  # a new number empties the box

    @rx.event
    async def load(self) -> None:
        listener.watch(self, actions.TOPIC, "", ListsState.refresh)
        person = await signed_in(self)
        may_load = [kind for kind in LISTED if person.may(actions.needed(kind))]
        self.kinds = [(kind, LISTED[kind]["name"]) for kind in may_load]
        self.may_take_off = person.may(Permission.LIFT)
        await self.choose(self.kind)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        self.rows = await in_thread(queries.lists)
        self.checks = await in_thread(queries.line_checks)

    @rx.event
    async def choose(self, kind: str) -> None:
        """Choose what is loaded; ours is of today, a publisher's date must be given."""
        self.kind = kind if kind in LISTED else actions.INTERNAL
        now = await in_thread(clock.now)
        self.dated = f"{local(now):%Y-%m-%d}" if self.kind == actions.INTERNAL else ""

    @rx.event
    async def write_date(self, dated: str) -> None:
        self.dated = dated[:10]

    @rx.event
    async def fill(self, form: dict[str, str]) -> Any:
        """Load what was pasted; a file goes by a plain request of the browser."""
        words, day, person = form.get("list-words", ""), read_day(self.dated), await signed_in(self)
        if len(words) >= LONGEST:
            raise CrmError("That is too long to paste: choose the file instead.")
        loaded = await in_thread(actions.load_list, self.kind, words, day, person)
        self.fills += 1
        await self.refresh()
        return toast(actions.in_words(self.kind, loaded))

    @rx.event
    async def take_off(self, form: dict[str, str]) -> Any:
        """Take a number off our own list."""
        written, because = form.get("list-off-number", ""), form.get("list-off-why", "")
        number = await in_thread(actions.take_off, written, await signed_in(self), because)
        await self.refresh()
        return [closes(OFF), toast(f"{number} may be called again")]

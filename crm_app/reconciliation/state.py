"""State of /admin/reconciliation."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.reconciliation import actions, queries
from crm_app.reconciliation.queries import FoundRow, RunRow, WeekRow
from crm_app.reconciliation.tasks import go_on
from crm_app.ui.attrs import toast


class ReconciliationState(rx.State):
    """The runs, and what they had to recover."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ_ALL_THREADS}
    runs: list[RunRow] = []
    found: list[FoundRow] = []
    has_more: bool = False
    _pages: int = 1
    weeks: list[WeekRow] = []
    reliability: str = ""
    doubt: str = ""
    is_loaded: bool = False
    may_import: bool = False

    @rx.event
    async def load(self) -> None:
        listener.watch(self, actions.TOPIC, "", ReconciliationState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Read again how far it is."""
        person = await signed_in(self)
        read = await listener.together(
            person, (actions.TOPIC, self._pages), lambda: in_thread(queries.shown, self._pages)
        )
        self.runs, found, self.weeks, self.reliability, self.doubt = read
        size = queries.PAGE_SIZE * self._pages
        self.found, self.has_more = found[:size], len(found) > size
        self.may_import, self.is_loaded = person.may(Permission.SETTINGS), True

    @rx.event
    async def more(self) -> None:
        self._pages += 1
        await self.refresh()

    @rx.event
    async def begin(self, what: str) -> Any:
        """Compare the last 48 hours or ("all") all history, or count the last "weeks"."""
        kind = {"is_all": what == "all", "only_counts": what == "weeks"}
        await in_thread(actions.begin, await signed_in(self), **kind)
        queue.ring(go_on)
        return [ReconciliationState.refresh, toast("It has begun")]

    @rx.event
    async def turn(self, run_id: int, verb: str) -> Any:
        """Pause a run, let it go on, or cancel it."""
        await in_thread(actions.turn, run_id, await signed_in(self), verb)
        queue.ring(go_on)
        return ReconciliationState.refresh

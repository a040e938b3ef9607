"""State of /admin/webhooks: what failed, did nothing or was refused, and its replay."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import clock, queue
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.openphone.tasks import apply_due
from crm_app.subscriptions import keyring
from crm_app.times import read
from crm_app.ui.attrs import closes, opens, toast
from crm_app.webhooks import actions, queries
from crm_app.webhooks.queries import PAGE_SIZE, DeliveryRow

DETAIL, SINCE = "delivery-detail", "replay-since"


class WebhooksState(rx.State):
    """One view of the deliveries, and the one that is looked at."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ_ALL_THREADS}
    view: str = "failed"
    rows: list[DeliveryRow] = []
    reasons: list[tuple[str, str]] = []
    shown: DeliveryRow = DeliveryRow()
    is_oldest: bool = True
    is_loaded: bool = False
    deaf: str = ""
    _before: int = 0

    @rx.event
    async def load(self) -> None:
        self.deaf = await in_thread(keyring.deaf)
        self.rows = await in_thread(queries.deliveries, self.view, self._before)
        self.reasons = await in_thread(queries.reasons)
        self.is_oldest, self.is_loaded = len(self.rows) < PAGE_SIZE, True

    @rx.event
    async def choose(self, view: str) -> None:
        self.view, self._before, self.is_loaded = view, 0, False
        await self.load()

    @rx.event
    async def older(self) -> None:
        """Show the deliveries before those that are shown."""
        self._before = self.rows[-1].id if self.rows else 0
        await self.load()

    @rx.event
    async def look(self, row_id: int) -> Any:
        """Open one with its body and headers."""
        refused = self.view == "refused"
        self.shown = await in_thread(queries.delivery, row_id, is_refused=refused)
        return opens(DETAIL)

    @rx.event
    async def replay(self, row_id: int) -> Any:
        """Apply one again; 0: all that had no effect."""
        return [closes(DETAIL), await self._replay(row_id=row_id)]

    @rx.event
    async def replay_since(self, form: dict[str, str]) -> Any:
        """Apply again all that came since a time on the company's clock."""
        try:
            since = read(form.get("since", ""))
        except ValueError:
            raise CrmError("Write since when: a day and a time.") from None
        return [closes(SINCE), await self._replay(since=since)]

    async def _replay(self, **which: Any) -> Any:
        many = await in_thread(actions.replay, clock.wall(), **which)
        queue.ring(apply_due)
        await self.load()
        return toast(f"{many:,} {'delivery is' if many == 1 else 'deliveries are'} applied again")

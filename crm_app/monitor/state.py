"""State of /admin/health."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.monitor import actions, queries
from crm_app.monitor.queries import CheckRow
from crm_app.openphone.tasks import send_outbox
from crm_app.ui.attrs import toast


class HealthState(rx.State):
    """The health checks, the hour's figures, and what is wrong."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ_ALL_THREADS}
    rows: list[CheckRow] = []
    figures: list[tuple[str, str]] = []
    wrong: list[str] = []
    numbers: str = ""
    is_loaded: bool = False

    @rx.event
    async def load(self) -> None:
        for topic in ("health", "line"):
            listener.watch(self, topic, "", HealthState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Read again how it stands."""
        self.rows = await in_thread(queries.checks)
        self.figures = await in_thread(queries.figures)
        self.wrong = await in_thread(queries.wrong)
        self.numbers, self.is_loaded = queries.numbers(), True

    @rx.event
    async def check_now(self) -> Any:
        """Send a check at once."""
        await in_thread(actions.begin, await signed_in(self))
        queue.ring(send_outbox)
        return toast("The check is on its way")

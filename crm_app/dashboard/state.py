"""State of /: the figures of the day."""

from typing import ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.dashboard import queries
from crm_app.db import in_thread


class TodayState(rx.State):
    """The line on top of /; it follows threads and campaigns."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    figures: list[queries.Figure] = []
    trouble: str = ""

    @rx.event
    async def load(self) -> None:
        for topic in ("inbox", "campaign"):
            listener.watch(self, topic, "", TodayState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        person = await signed_in(self)
        self.figures, self.trouble = await listener.together(
            person, ("today",), lambda: in_thread(queries.today, person)
        )

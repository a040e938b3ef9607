"""State of /: the figures of the day."""

from typing import ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.dashboard import queries
from crm_app.db import in_thread


class TodayState(rx.State):
    """The line on top of /: figures follow threads and campaigns, the trouble the program."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    figures: list[queries.Figure] = []
    trouble: str = ""

    @rx.event
    async def load(self) -> None:
        for topic in ("inbox", "campaign"):
            listener.watch(self, topic, "", TodayState.refresh)
        for topic in ("line", "health"):
            listener.watch(self, topic, "", TodayState.look)
        await self.refresh()
        await self.look()

    @rx.event
    async def refresh(self) -> None:
        person = await signed_in(self)
        self.figures = await listener.together(
            person, ("figures",), lambda: in_thread(queries.figures, person)
        )

    @rx.event
    async def look(self) -> None:
        """Say anew whether all is well: many queries, so not at each text."""
        self.trouble = await in_thread(queries.trouble, await signed_in(self))

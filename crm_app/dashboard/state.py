"""State of /: the figures of the day."""

from typing import ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.dashboard import queries
from crm_app.dashboard.queries import Figure
from crm_app.db import in_thread


class TodayState(rx.State):
    """The line on top of /; it follows threads, campaigns and the sending line."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    figures: list[Figure] = []
    trouble: str = ""
    may_look: bool = False

    @rx.event
    async def load(self) -> None:
        for topic in ("inbox", "campaign"):
            listener.watch(self, topic, "", TodayState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        person = await signed_in(self)
        found = await listener.together(
            person, ("today",), lambda: in_thread(queries.today, person)
        )
        self.figures, self.trouble = list(found.figures), found.trouble
        self.may_look = "admin" in person.places

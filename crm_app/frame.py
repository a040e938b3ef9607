"""The frame of every signed-in page: navigation, sandbox ribbon, the line's banner, who I am."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.page import user_menu
from crm_app.auth.permissions import PLACES, Permission
from crm_app.db import in_thread
from crm_app.inbox import queries
from crm_app.oversight.queries import frozen_count
from crm_app.sandbox.components import ribbon
from crm_app.sandbox.ribbon_state import RibbonState
from crm_app.settings import settings
from crm_app.ui.frame import screen
from crm_app.ui.pieces import banner


class LineState(rx.State):
    """What every page shows: who I am, whether the account refuses to send, what is unread."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ}
    name: str = ""
    role: str = ""
    places: tuple[str, ...] = tuple(PLACES)
    stopped_because: str = ""
    unread: int = 0
    frozen: int = 0

    @rx.event
    async def load(self) -> None:
        listener.watch(self, "line", "", LineState.refresh)  # told with every news of the inbox
        person = await signed_in(self)
        self.name, self.role, self.places = person.name, person.role.value, person.places
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Fetch the line again; tabs that show the same share one read."""
        person, own = await signed_in(self), settings().own_number
        self.stopped_because, self.unread = await listener.together(
            person, ("line",), lambda: in_thread(queries.line, own, person)
        )
        if "compliance" in person.places:
            self.frozen = await listener.together(
                person, ("frozen",), lambda: in_thread(frozen_count)
            )


def on_load(*handlers: Any) -> list[Any]:
    """Return what a page loads: the frame's own states, then the page's."""
    ribbons = [RibbonState.load] if settings().is_sandbox else []
    return [LineState.load, *ribbons, *handlers]


def page(title: Any, *children: Any, active: str = "inbox", **more: Any) -> rx.Component:
    """Draw a signed-in page; `more` goes to the kit's screen (action, back, fill)."""
    because = LineState.stopped_because
    return screen(
        title, *children, active=active,
        banner=rx.cond(because != "", banner(because, "blocked", testid="line-banner")),
        ribbon=ribbon() if settings().is_sandbox else None,
        menu=user_menu(LineState.name, LineState.role), 
        counts={"inbox": LineState.unread, "compliance": LineState.frozen},
        places=LineState.places, **more,
    )  # fmt: skip

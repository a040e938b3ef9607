"""The frame of every signed-in page: navigation, sandbox ribbon, the line's banner, who I am."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.page import user_menu
from crm_app.auth.permissions import Permission, Person
from crm_app.auth.state import MeState
from crm_app.db import in_thread
from crm_app.inbox import queries
from crm_app.sandbox.components import ribbon
from crm_app.sandbox.ribbon_state import RibbonState
from crm_app.settings import settings
from crm_app.ui.frame import screen
from crm_app.ui.pieces import banner


class LineState(rx.State):
    """What every page shows of the line: whether the account refuses to send, what is unread."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ}
    stopped: str = ""
    unread: int = 0

    @rx.event
    async def load(self) -> None:
        """Fetch it, and follow it."""
        for topic in ("line", "inbox"):
            listener.watch(self, topic, "", LineState.refresh)
        self._show(await _line(await signed_in(self)))

    @rx.event
    async def refresh(self) -> None:
        """Fetch it again; tabs that show the same share one read."""
        person = await signed_in(self)
        self._show(await listener.together(person, ("line",), lambda: _line(person)))

    def _show(self, line: queries.LineNow) -> None:
        self.stopped, self.unread = line.stopped_because, line.unread


async def _line(person: Person) -> queries.LineNow:
    return await in_thread(queries.line, settings().own_number, person)


def on_load(*handlers: Any) -> list[Any]:
    """Return what a page loads: the frame's own states, then the page's."""
    ribbons = [RibbonState.load] if settings().is_sandbox else []
    return [MeState.load, LineState.load, *ribbons, *handlers]


def page(title: Any, *children: Any, active: str = "inbox", **more: Any) -> rx.Component:
    """Draw a signed-in page; `more` goes to the kit's screen (action, back, fill)."""
    stopped = rx.cond(
        LineState.stopped != "", banner(LineState.stopped, "blocked", testid="line-banner")
    )
    return screen(
        title,
        *children,
        active=active,
        banner=stopped,
        ribbon=ribbon() if settings().is_sandbox else None,
        menu=user_menu(),
        counts={"inbox": LineState.unread},
        **more,
    )

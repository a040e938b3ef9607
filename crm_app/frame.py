"""The frame of every signed-in page: navigation, sandbox ribbon, the line's banner, who I am."""

from typing import Any, ClassVar

import reflex as rx
from sqlmodel import Session

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.page import user_menu
from crm_app.auth.permissions import PLACES, Permission, Person
from crm_app.db import in_thread
from crm_app.inbox import queries
from crm_app.monitor.queries import wrong
from crm_app.oversight.queries import frozen_count
from crm_app.sandbox.components import ribbon
from crm_app.sandbox.ribbon_state import RibbonState
from crm_app.settings import settings
from crm_app.ui.frame import screen
from crm_app.ui.pieces import banner
from crm_app.work.queries import due_count


def line(session: Session, person: Person) -> tuple[tuple[str, int], int, str, int]:
    """Return why no text leaves and how much is unread; what is due, in trouble, and frozen."""
    account = queries.line(session, settings().own_number, person)
    frozen = frozen_count(session) if "compliance" in person.places else 0
    trouble = " ".join(wrong(session, is_loud=True))
    return account, due_count(session, person), trouble, frozen


class LineState(rx.State):
    """What every page shows: who I am, whether the account refuses to send, what is unread."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ}
    name: str = ""
    role: str = ""
    places: tuple[str, ...] = tuple(PLACES)
    stopped_because: str = ""
    trouble: str = ""
    unread: int = 0
    todos: int = 0
    frozen: int = 0

    @rx.event
    async def load(self) -> None:
        for topic in ("inbox", "line", "work"):
            listener.watch(self, topic, "", LineState.refresh)
        person = await signed_in(self)
        self.name, self.role, self.places = person.name, person.role.value, person.places
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Fetch the line again, in one read; the tabs of one person share it."""
        person = await signed_in(self)
        read = await listener.together(person, ("line", person.id), lambda: in_thread(line, person))
        (self.stopped_because, self.unread), self.todos, self.trouble, self.frozen = read


def on_load(*handlers: Any) -> list[Any]:
    """Return what a page loads: the frame's own states, then the page's."""
    ribbons = [RibbonState.load] if settings().is_sandbox else []
    return [LineState.load, *ribbons, *handlers]


def page(title: Any, *children: Any, active: str = "inbox", **more: Any) -> rx.Component:
    """Draw a signed-in page; `more` goes to the kit's screen (action, back, fill)."""
    because, trouble = LineState.stopped_because, LineState.trouble
    return screen(
        title, *children, active=active,
        banner=rx.fragment(
            rx.cond(because != "", banner(because, "blocked", testid="line-banner")),
            rx.cond(trouble != "", banner(trouble, "blocked", testid="trouble-banner")),
        ),
        ribbon=ribbon() if settings().is_sandbox else None,
        menu=user_menu(LineState.name, LineState.role), 
        counts={
            "today": LineState.todos, "inbox": LineState.unread, "compliance": LineState.frozen,
        },
        places=LineState.places, **more,
    )  # fmt: skip

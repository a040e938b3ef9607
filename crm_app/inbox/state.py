"""State of the list of threads; the one that is open stands in thread_state.py."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.conversations import actions
from crm_app.db import in_thread
from crm_app.inbox import queries
from crm_app.inbox.queries import InboxRow
from crm_app.inbox.thread_state import ThreadState

__all__ = ["InboxState", "ThreadState"]


class InboxState(rx.State):
    """The list: a view, a search, and the newest threads of it."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE,
        "start": Permission.TEXT_FIRST,
    }
    view: str = "open"
    text: str = ""
    rows: list[InboxRow] = []
    has_more: bool = False
    is_loaded: bool = False
    _pages: int = 1

    @rx.event
    async def load(self) -> None:
        """Fetch the list, and follow it."""
        listener.watch(self, "inbox", "", InboxState.refresh)
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Fetch the list again."""
        await self._read()

    @rx.event
    async def choose(self, view: str) -> None:
        """Show another view."""
        self.view, self._pages = view, 1
        await self._read()

    @rx.event
    async def search(self, text: str) -> None:
        """Show only the threads with these people."""
        self.text, self._pages = text, 1
        await self._read()

    @rx.event
    async def more(self) -> None:
        """Show older threads too."""
        self._pages += 1
        await self._read()

    @rx.event
    async def start(self, contact_id: int) -> Any:
        """Open the thread with a contact; it is made when there is none."""
        found = await in_thread(
            actions.start_thread, contact_id=contact_id, person=await signed_in(self)
        )
        return rx.redirect(f"/inbox/{found}")

    async def _read(self) -> None:
        found = await in_thread(
            queries.inbox, await signed_in(self), view=self.view, text_=self.text, pages=self._pages
        )
        self.rows, self.has_more, self.is_loaded = found.rows, found.has_more, True

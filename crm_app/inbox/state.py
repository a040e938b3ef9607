"""State of the inbox: the list of threads, and the one that is open."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.conversations import actions
from crm_app.db import in_thread
from crm_app.inbox import queries, triage
from crm_app.inbox.queries import InboxRow
from crm_app.inbox.thread import Thread, thread
from crm_app.sandbox.state import HomeownerState
from crm_app.settings import settings
from crm_app.ui.attrs import toast
from crm_app.ui.controls import Option


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
            queries.inbox,
            await signed_in(self),
            view=self.view,
            text_=self.text,
            pages=self._pages,
        )
        self.rows, self.has_more, self.is_loaded = found.rows, found.has_more, True


class ThreadState(rx.State):
    """The open thread; `nonce` makes sure that one press of Send sends one text."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE,
        "send": Permission.REPLY,
        "assign": Permission.READ_ALL_THREADS,
    }
    shown: Thread = Thread()
    problem: str = ""
    draft: str = ""
    nonce: int = 0
    users: list[Option] = []
    may_reply: bool = False
    is_beside: bool = False
    _pages: int = 1
    _drafts: dict[int, str] = {}

    @rx.event
    async def load(self) -> Any:
        """Fetch the thread of the address, follow it, and note that it was read."""
        number = number_in(self.router.url.path)
        if number != self.shown.id:
            self._pages, self.is_beside, self.shown, self.problem = 1, False, Thread(), ""
        self.draft = self._drafts.get(number, "")
        if not number:
            return None
        listener.watch(self, "thread", str(number), ThreadState.refresh)
        await self._read(number)
        if self.shown.is_unread:
            await in_thread(actions.mark_read, number)
        return self._their_phone()

    @rx.event
    async def refresh(self) -> Any:
        """Fetch the thread again; what arrives before one's eyes is read."""
        seen = {message.key for message in self.shown.messages}
        await self._read(self.shown.id)
        new = [m for m in self.shown.messages if m.side == "in" and m.key not in seen]
        if new and self.shown.is_unread:
            await in_thread(actions.mark_read, self.shown.id)
        return self._their_phone()

    @rx.event
    async def earlier(self) -> None:
        """Show earlier texts too."""
        self._pages += 1
        await self._read(self.shown.id)

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """Send the text of the reply box to the thread that the box belongs to."""
        if form.get("nonce") != str(self.nonce):
            return None  # the second press of one text
        number, person = int(form["thread"]), await signed_in(self)
        self._drafts[number] = str(form["reply"])
        await in_thread(actions.reply, number, str(form["reply"]), person)
        self.nonce += 1
        self.draft = self._drafts[number] = ""
        await self._read(number)
        return rx.set_value("reply", "")

    @rx.event
    async def keep_draft(self, number: int, text: str) -> None:
        """Keep what was written for this thread while another one is read."""
        self._drafts[number] = text

    @rx.event
    async def done(self) -> Any:
        """Note that this thread needs no answer."""
        await in_thread(triage.mark_done, self.shown.id, await signed_in(self))
        return [rx.redirect("/inbox"), toast(f"Done: {self.shown.name}")]

    @rx.event
    async def unread(self) -> Any:
        """Note that somebody has to read this thread."""
        await in_thread(triage.visible, self.shown.id, await signed_in(self))
        await in_thread(actions.mark_read, self.shown.id, unread=True)
        return rx.redirect("/inbox")

    @rx.event
    async def assign(self, user_id: str) -> None:
        """Give the thread to somebody; '' is nobody."""
        whose = int(user_id) if user_id else None
        await in_thread(triage.assign, self.shown.id, whose, await signed_in(self))
        await self._read(self.shown.id)

    @rx.event
    async def turn_beside(self) -> None:
        """Show or hide, on a phone, who the person is."""
        self.is_beside = not self.is_beside

    async def _read(self, number: int) -> None:
        person = await signed_in(self)
        self.shown = await in_thread(thread, number, person, pages=self._pages)
        self.may_reply = person.may(Permission.REPLY)
        if person.may(Permission.READ_ALL_THREADS) and not self.users:
            found = await in_thread(triage.users_to_assign)
            self.users = [Option("", "Nobody"), *(Option(str(key), name) for key, name in found)]

    def _their_phone(self) -> Any:
        return HomeownerState.show(self.shown.e164) if settings().is_sandbox else None


def number_in(path: str) -> int:
    """Return the number at the end of an address such as /inbox/12, or 0."""
    last = path.rstrip("/").rpartition("/")[2]
    return int(last) if last.isdecimal() else 0

"""State of the open thread: its texts, writing in it, done and unread, whose it is."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.conversations import actions
from crm_app.db import in_thread
from crm_app.inbox import triage
from crm_app.inbox.thread import Thread, thread
from crm_app.inbox.writing import LATER, NOW, write
from crm_app.openphone.tasks import send_outbox
from crm_app.sandbox.state import HomeownerState
from crm_app.settings import settings
from crm_app.ui.attrs import toast
from crm_app.ui.controls import Option


class ThreadState(rx.State):
    """The open thread; `nonce` makes sure that one press of Send sends one text."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE,
        "send": Permission.REPLY,
        "send_at_night": Permission.REPLY,
        "assign": Permission.READ_ALL_THREADS,
    }
    shown: Thread = Thread()
    draft: str = ""
    nonce: int = 0
    users: list[Option] = []
    may_reply: bool = False
    is_beside: bool = False
    night: str = ""
    _pages: int = 1
    _drafts: dict[int, str] = {}
    _written: tuple[int, str] = (0, "")

    @rx.event
    async def load(self) -> Any:
        """Fetch the thread of the address, follow it, and note that it was read."""
        number = number_in(self.router.url.path)
        if number != self.shown.id:
            self._pages, self.is_beside, self.shown, self.night = 1, False, Thread(), ""
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
        if not self.shown.id:
            return None  # it is not there, or not for this person
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
        self._written = (int(form["thread"]), str(form["reply"]))
        self._drafts[self._written[0]] = self._written[1]
        return await self._send("")

    @rx.event
    async def send_at_night(self, when: str) -> Any:
        """Send what was written before the question of the night: `now`, or `later` at 8."""
        return await self._send(when if when == LATER else NOW)

    async def _send(self, when: str) -> Any:
        number, body = self._written
        self.night = await in_thread(write, number, body, await signed_in(self), when)
        if self.night:
            return None
        queue.ring(send_outbox)
        self.nonce += 1
        self.draft = self._drafts[number] = ""
        self._written = (0, "")
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

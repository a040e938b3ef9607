"""States of the inbox: the list of threads, and the one that is open."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.actions import keep_decisions
from crm_app.conversations import actions
from crm_app.db import in_thread
from crm_app.inbox import queries
from crm_app.inbox.queries import InboxRow
from crm_app.inbox.thread import Thread, thread
from crm_app.openphone.tasks import send_outbox
from crm_app.outbox import lookups
from crm_app.sandbox.state import HomeownerState
from crm_app.settings import settings
from crm_app.ui.attrs import address_id, closes, opens, toast

NIGHT = "night"


class InboxState(rx.State):
    """The list: a view, and the newest threads of it."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE,
        "start": Permission.TEXT_FIRST,
    }
    view: str = "open"
    rows: list[InboxRow] = []
    has_more: bool = False
    is_loaded: bool = False
    _pages: int = 1

    @rx.event
    async def load(self) -> None:
        listener.watch(self, "inbox", "", InboxState.refresh)
        self.view = self.router.url.query_parameters.get("view", self.view)
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Fetch the list again; tabs that show the same list share one read."""
        person, asked = await signed_in(self), ("inbox", self.view, self._pages)
        found = await listener.together(person, asked, lambda: self._found(person))
        self.rows, self.has_more = list(found[0]), found[1]

    @rx.event
    async def choose(self, view: str) -> None:
        self.view, self._pages = view, 1
        await self._read()

    @rx.event
    async def more(self) -> None:
        self._pages += 1
        await self._read()

    @rx.event
    async def start(self, contact_id: int) -> Any:
        """Open the thread with a contact; it is made when there is none."""
        found = await in_thread(actions.start_thread, contact_id, await signed_in(self))
        return rx.redirect(f"/inbox/{found}")

    async def _read(self) -> None:
        self.rows, self.has_more = await self._found(await signed_in(self))
        self.is_loaded = True

    async def _found(self, person: Person) -> tuple[list[InboxRow], bool]:
        return await in_thread(queries.inbox, person, self.view, self._pages)


class DecideState(rx.State):
    """What a person decides about one text, in a thread or a campaign; both follow the row."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.TEXT_FIRST}

    @rx.event
    async def decide(self, outbox_id: int, verb: str) -> None:
        """Note that it `arrived`, let it go `again`, or `give_up`."""
        await in_thread(lookups.decide, outbox_id, verb, await signed_in(self))
        queue.ring(send_outbox)


class ThreadState(rx.State):
    """The open thread; `nonce` makes sure that one press of Send sends one text."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE, "send": Permission.REPLY, "send_at_night": Permission.REPLY,
    }  # fmt: skip
    shown: Thread = Thread()
    nonce: int = 0
    is_beside: bool = False
    is_missing: bool = False  # not there, or not for this person
    question: str = ""  # at night, before a reply leaves
    _pages: int = 1
    _written: tuple[int, str] = (0, "")

    @rx.event
    async def load(self) -> Any:
        number = address_id(self)
        if number != self.shown.id:
            self._pages, self.is_beside, self.shown = 1, False, Thread()
        self.is_missing = bool(number)
        if not number:
            return None
        listener.watch(self, "thread", str(number), ThreadState.refresh)
        await self._read(number)
        self.is_missing = False
        return await self._look_on(is_read=True)

    @rx.event
    async def refresh(self) -> Any:
        """Fetch the thread again; what arrives before one's eyes is read."""
        if not self.shown.id:
            return None  # it is not there, or not for this person
        seen = {message.key for message in self.shown.messages}
        await self._read(self.shown.id)
        new = [m for m in self.shown.messages if m.side == "in" and m.key not in seen]
        return await self._look_on(is_read=bool(new))

    @rx.event
    async def earlier(self) -> None:
        self._pages += 1
        await self._read(self.shown.id)

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """Send the text of the reply box to the thread that the box belongs to."""
        if form.get("nonce") != str(self.nonce):
            return None  # the second press of one text
        number, person = int(form["thread"]), await signed_in(self)
        self._written = (number, str(form["reply"]))
        self.question = await in_thread(actions.night_question, number, person)
        return opens(NIGHT) if self.question else await self._send(is_later=False)

    @rx.event
    async def send_at_night(self, is_later: bool) -> Any:
        """Send what was written now, or at the hour that the question named."""
        self.question = ""
        return [closes(NIGHT), *await self._send(is_later=is_later)]

    async def _send(self, *, is_later: bool) -> list[Any]:
        (number, body), person = self._written, await signed_in(self)
        try:
            await in_thread(actions.reply, number, body, person, is_later=is_later)
        except actions.RefusedTextError as refused:
            await in_thread(keep_decisions, refused.decided, refused.at)
            raise
        queue.ring(send_outbox)
        self.nonce += 1
        await self._read(number)
        return [rx.set_value("reply", "")]

    @rx.event
    async def done(self) -> Any:
        await in_thread(actions.mark, self.shown.id, await signed_in(self), done=True)
        return [rx.redirect("/inbox"), toast(f"Done: {self.shown.name}")]

    @rx.event
    async def unread(self) -> Any:
        await in_thread(actions.mark, self.shown.id, await signed_in(self), unread=True)
        return rx.redirect("/inbox")

    @rx.event
    async def turn_beside(self) -> None:
        """Show or hide, on a narrow screen, who the person is."""
        self.is_beside = not self.is_beside

    async def _read(self, number: int) -> None:
        self.shown = await in_thread(thread, number, await signed_in(self), pages=self._pages)

    async def _look_on(self, *, is_read: bool) -> Any:
        """Note that the thread was read, and show the phone of its person (sandbox)."""
        if is_read and self.shown.is_unread:
            await in_thread(actions.mark, self.shown.id, await signed_in(self))
        return HomeownerState.show(self.shown.e164) if settings().is_sandbox else None

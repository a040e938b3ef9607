"""State of a homeowner's phone, on its page and beside a thread."""

import asyncio
from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts.phones import read_phone
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.sandbox import phones
from crm_app.sandbox.phones import Phone
from crm_app.ui.attrs import toast


class HomeownerState(rx.State):
    """The phone of the person whose number was chosen."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.REPLY}
    phone: Phone = Phone()
    people: list[tuple[str, str]] = []
    minutes: str = "3"

    @rx.event
    async def load(self) -> None:
        """Fetch the people texted lately and show one phone; it follows what is sent."""
        listener.watch(self, "inbox", "", HomeownerState.refresh)
        listener.watch(self, "thread", "", HomeownerState.refresh)
        self.people = found = await in_thread(phones.lately, await signed_in(self))
        if self.phone.e164 or found:
            await self._see(self.phone.e164 or found[0][0])

    @rx.event
    async def refresh(self) -> None:
        """Look at the phone again."""
        if self.phone.e164:
            await self._see(self.phone.e164)

    @rx.event
    async def show(self, e164: str) -> None:
        """Show the phone with this number."""
        await self._see(e164)

    @rx.event
    async def dial(self, form: dict[str, Any]) -> None:
        """Show the phone with a number as a person writes it."""
        read = read_phone(str(form["number"]))
        if not read.e164:
            raise CrmError(f"This is no US number: {read.refused or 'it is empty'}.")
        await self._see(read.e164)

    @rx.event
    async def say(self, form: dict[str, Any]) -> Any:
        """Text the firm from this phone."""
        await asyncio.to_thread(phones.say, self.phone.e164, str(form["homeowner-text"]))
        await self._see(self.phone.e164)
        return rx.set_value("homeowner-text", "")

    @rx.event
    async def talk(self, minutes: str) -> None:
        """Choose how long an answered call is."""
        self.minutes = minutes

    @rx.event
    async def call(self, how: str) -> Any:
        """Call the firm from this phone: nobody answers, or we do, or it is forwarded."""
        seconds = 60 * int(self.minutes) if self.minutes.isdecimal() else 0
        await asyncio.to_thread(phones.call, self.phone.e164, how, seconds)
        return toast("It rings")

    @rx.event
    async def leave(self, form: dict[str, Any]) -> Any:
        """Call, and leave a voicemail of these words: about three of them a second."""
        words = str(form["voicemail-words"])
        seconds = max(4, len(words.split()) // 3)
        await asyncio.to_thread(phones.call, self.phone.e164, "voicemail", seconds, words)
        return [rx.set_value("voicemail-words", ""), toast("It rings; the voicemail follows")]

    @rx.event
    async def say_as_staff(self, form: dict[str, Any]) -> Any:
        """Text this phone from OpenPhone's own app."""
        await asyncio.to_thread(phones.say_as_staff, self.phone.e164, str(form["staff-text"]))
        await self._see(self.phone.e164)
        return rx.set_value("staff-text", "")

    @rx.event
    async def send_photo(self) -> None:
        """Send the firm a photo of a crack."""
        await asyncio.to_thread(phones.say, self.phone.e164, "", has_photo=True)
        await self._see(self.phone.e164)

    async def _see(self, e164: str) -> None:
        self.phone = await asyncio.to_thread(phones.see, e164)

"""States of the evidence packet, and of the panel "May we text?" on other pages."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.actions import note_consent
from crm_app.compliance.facts import Basis
from crm_app.contacts.phones import digits, show
from crm_app.conversations import optout
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.evidence import why
from crm_app.evidence.packet import Packet, packet
from crm_app.evidence.why import Panel
from crm_app.openphone.tasks import send_outbox
from crm_app.times import read
from crm_app.ui.attrs import address_id, closes, opens, toast

NOTE = "note-consent"
NOTED = {"asked": "asked for a quote", "customer": "is a customer", "written": "in writing"}


async def settle_frozen(person: Person, frozen_id: int, how: str) -> Any:
    """Stop a frozen number or let it go on; who may is asked of its row."""
    number = show(await in_thread(why.settle_frozen, frozen_id, how, person))
    queue.ring(send_outbox)
    return toast(f"{number} is stopped" if how == "stop" else f"{number} goes on")


class PanelState(rx.State):
    """What the gate says of the numbers of the contact or thread that the address names."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE, "settle": Permission.SUPPRESS, "note": Permission.TEXT_FIRST,
    }  # fmt: skip
    panels: list[Panel] = []
    may_note: bool = False
    basis: str = "asked"
    asked: str = ""
    _e164: str = ""
    _contact_id: int = 0
    _thread_id: int = 0

    @rx.event
    async def load(self) -> None:
        self.panels, self._contact_id, self._thread_id = [], 0, 0
        if "/contacts/" in self.router.url.path:
            self._contact_id = address_id(self)
        else:
            self._thread_id = address_id(self)
            listener.watch(self, "thread", str(self._thread_id), PanelState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        person, shown = await signed_in(self), (self._thread_id, self._contact_id)
        self.may_note = person.may(Permission.TEXT_FIRST)
        self.panels = await in_thread(why.panels, person, *shown)

    @rx.event
    async def settle(self, frozen_id: int, how: str) -> Any:
        told = await settle_frozen(await signed_in(self), frozen_id, how)
        await self.refresh()
        return told

    @rx.event
    async def choose(self, basis: str) -> None:
        self.basis = basis

    @rx.event
    async def ask(self, e164: str) -> Any:
        """Open the dialog that notes a consent of one of these numbers."""
        self._e164, self.asked = e164, show(e164)
        return opens(NOTE)

    @rx.event
    async def note(self, form: dict[str, str]) -> Any:
        """Note what they consented to, since when, and where the proof lies."""
        if self._e164 not in {one.e164 for one in self.panels} or self.basis not in NOTED:
            raise CrmError("Choose a number of this contact and what they consented to.")
        try:
            since = read(form.get("since", ""))
        except ValueError:
            raise CrmError("Say on which day they consented.") from None
        basis, evidence = Basis(self.basis), form.get("evidence", "")
        told = (self._e164, basis, evidence, since, await signed_in(self))
        await in_thread(note_consent, *told)
        await in_thread(optout.ask_again_about, self._e164)
        await self.refresh()
        return [closes(NOTE), toast("Noted")]


class PacketState(rx.State):
    """/compliance/[e164]: the evidence of one number."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ_ALL_THREADS}
    shown: Packet = Packet()

    @rx.event
    async def load(self) -> None:
        self.shown = Packet()
        typed = digits(self.router.url.path.rstrip("/").rpartition("/")[2])
        # What is too short or too long for a number belongs to nobody.
        e164 = {10: f"+1{typed}", 11: f"+{typed}"}.get(len(typed), "")
        self.shown = await in_thread(packet, e164, await signed_in(self))

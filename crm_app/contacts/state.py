"""State of one contact's page."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts import actions, queries
from crm_app.contacts.phones import show
from crm_app.contacts.queries import CHECK, LIFT, STOP, Card
from crm_app.conversations import optout
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.ui.attrs import address_id, closes, opens, toast

NUMBER = "about-number"
VERBS = {STOP: optout.suppress_by_hand, LIFT: optout.lift_by_hand, CHECK: actions.mark_checked}


class ContactState(rx.State):
    """One contact; `asked` is the number that the dialog is about, `verb` what it would do."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE, "delete": Permission.EDIT_CONTACTS,
        "settle": Permission.SUPPRESS,
    }  # fmt: skip
    shown: Card = Card()
    is_loaded: bool = False
    asked: str = ""
    verb: str = STOP
    _e164: str = ""
    _number: int = 0

    @rx.event
    async def load(self) -> None:
        self._number = address_id(self)
        listener.watch(self, "contact", str(self._number), ContactState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        person = await signed_in(self)
        self.shown, self.is_loaded = await in_thread(queries.card, person, self._number), True

    @rx.event
    async def delete(self, back: bool) -> Any:
        """Delete the contact softly, or bring it back."""
        await in_thread(actions.delete_contact, await signed_in(self), self._number, back=back)
        await self.refresh()
        return toast("Restored" if back else "Deleted")

    @rx.event
    async def ask(self, number: str, verb: str) -> Any:
        """Open the dialog that asks why, before a verb is done to a number."""
        self.asked, self._e164, self.verb = show(number), number, verb
        return opens(NUMBER)

    @rx.event
    async def settle(self, form: dict[str, str]) -> Any:
        """Do to the number what was asked about; each verb asks for its own right."""
        if self._e164 not in {line.e164 for line in self.shown.numbers}:
            raise CrmError("Choose a number of this contact first.")
        told, person = [form.get("why", "")], await signed_in(self)
        told += [form.get("proof", "")] if self.verb == LIFT else []
        await in_thread(VERBS[self.verb], self._e164, person, *told)
        await self.refresh()
        return closes(NUMBER)

"""State of /contacts and of one contact's page."""

from typing import Any, ClassVar

import reflex as rx

from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts import actions, queries
from crm_app.contacts.phones import show
from crm_app.contacts.queries import CHECK, LIFT, STOP, Card, Line
from crm_app.conversations import optout
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.ui.attrs import address_id, closes, opens, toast

ADD, EDIT, NUMBER = "add-contact", "edit-contact", "about-number"
VERBS = {STOP: optout.suppress_by_hand, LIFT: optout.lift_by_hand, CHECK: actions.mark_checked}


class ContactsState(rx.State):
    """The list: what was typed, the chosen list, and one page of rows."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE, "add": Permission.EDIT_CONTACTS,
    }  # fmt: skip
    typed: str = ""
    list_id: str = "0"
    page_number: int = 1
    pages: int = 1
    summary: str = ""
    rows: list[Line] = []
    lists: list[tuple[str, str]] = []
    is_loaded: bool = False
    may_edit: bool = False

    @rx.event
    async def load(self) -> None:
        """Fetch the lists and the page of contacts; `?list=` in the address chooses a list."""
        self.lists = [("0", "Everybody"), *await in_thread(queries.lists)]
        await self.choose(self.router.url.query_parameters.get("list", self.list_id))

    @rx.event
    async def search(self, typed: str) -> None:
        self.typed, self.page_number = typed[:100], 1
        await self._read()

    @rx.event
    async def choose(self, list_id: str) -> None:
        """Show only the contacts on a list; "0" shows all."""
        self.list_id, self.page_number = list_id if list_id in dict(self.lists) else "0", 1
        await self._read()

    @rx.event
    async def turn(self, step: int) -> None:
        self.page_number = max(1, min(self.pages, self.page_number + step))
        await self._read()

    @rx.event
    async def add(self, form: dict[str, str]) -> Any:
        found = await in_thread(actions.add_contact, await signed_in(self), form)
        return [closes(ADD), rx.redirect(f"/contacts/{found}")]

    async def _read(self) -> None:
        person = await signed_in(self)
        self.rows, total = await in_thread(
            queries.find_contacts, person, self.typed, int(self.list_id), self.page_number
        )
        self.may_edit = person.may(Permission.EDIT_CONTACTS)
        more = "+" if total == queries.MOST else ""
        self.summary = "1 contact" if total == 1 else f"{total:,}{more} contacts"
        self.pages, self.is_loaded = max(1, -(-total // queries.PAGE_SIZE)), True


class ContactState(rx.State):
    """One contact; `asked` is the number that the dialog is about, `verb` what it would do."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE, "save": Permission.EDIT_CONTACTS,
        "delete": Permission.EDIT_CONTACTS, "settle": Permission.SUPPRESS,
    }  # fmt: skip
    shown: Card = Card()
    is_loaded: bool = False
    may_edit: bool = False
    asked: str = ""
    verb: str = STOP
    _e164: str = ""
    _number: int = 0

    @rx.event
    async def load(self) -> None:
        self._number = address_id(self)
        await self._read()

    @rx.event
    async def save(self, form: dict[str, str]) -> Any:
        await in_thread(actions.edit_contact, await signed_in(self), self._number, form)
        await self._read()
        return [closes(EDIT), toast("Saved")]

    @rx.event
    async def delete(self, back: bool) -> Any:
        """Delete the contact softly, or bring it back."""
        await in_thread(actions.delete_contact, await signed_in(self), self._number, back=back)
        await self._read()
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
        await self._read()
        return closes(NUMBER)

    async def _read(self) -> None:
        person = await signed_in(self)
        self.shown, self.is_loaded = await in_thread(queries.card, person, self._number), True
        self.may_edit = person.may(Permission.EDIT_CONTACTS)

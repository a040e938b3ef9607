"""State of /contacts and of one contact's page."""

from typing import Any, ClassVar

import reflex as rx

from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts import actions
from crm_app.conversations import optout
from crm_app.db import in_thread
from crm_app.people import queries
from crm_app.people.card import Whole, whole
from crm_app.people.queries import ContactRow
from crm_app.ui.attrs import closes, opens, toast
from crm_app.ui.controls import Option

ADD, EDIT, STOP, LIFT, DELETE = "add-contact", "edit-contact", "suppress", "lift", "delete-contact"


class ContactsState(rx.State):
    """The list: what was typed, the chosen list, and one page of rows."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE,
        "add": Permission.EDIT_CONTACTS,
    }
    typed: str = ""
    list_id: str = "0"
    page_number: int = 1
    pages: int = 1
    summary: str = ""
    rows: list[ContactRow] = []
    lists: list[Option] = []
    is_loaded: bool = False
    may_edit: bool = False
    taken: str = ""
    taken_href: str = ""

    @rx.event
    async def load(self) -> None:
        """Fetch the lists and the page of contacts; `?list=` in the address chooses a list."""
        made = await in_thread(queries.lists)
        self.lists = [Option("0", "Everybody"), *(Option(key, words) for key, words in made)]
        asked = self.router.url.query_parameters.get("list", self.list_id)
        self.list_id = asked if asked in {choice.value for choice in self.lists} else "0"
        self.may_edit = (await signed_in(self)).may(Permission.EDIT_CONTACTS)
        await self._read()

    @rx.event
    async def search(self, typed: str) -> None:
        """Show the contacts that fit what is typed."""
        self.typed, self.page_number = typed[:100], 1
        await self._read()

    @rx.event
    async def choose(self, list_id: str) -> None:
        """Show only the contacts on a list; "0" shows all."""
        self.list_id, self.page_number = list_id, 1
        await self._read()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go `step` pages on."""
        self.page_number = max(1, min(self.pages, self.page_number + step))
        await self._read()

    @rx.event
    async def add(self, form: dict[str, str]) -> Any:
        """Save the contact of the form and show it, or say whose number it is already."""
        phone = form.get("phone", "")
        self.taken, self.taken_href = await in_thread(queries.owner_link, phone)
        if self.taken:
            return None
        found = await in_thread(
            actions.add_contact, await signed_in(self), name=form.get("name", ""), phone=phone,
            email=form.get("email", ""), notes=form.get("notes", ""),
        )  # fmt: skip
        return [closes(ADD), rx.redirect(f"/contacts/{found}")]

    async def _read(self) -> None:
        chosen = int(self.list_id) if self.list_id.isdecimal() else 0
        found = await in_thread(
            queries.find_contacts, typed=self.typed, list_id=chosen, page=self.page_number
        )
        self.rows, self.pages, self.summary = found.rows, found.pages, found.summary
        self.is_loaded = True


class ContactState(rx.State):
    """One contact: who, numbers, houses, lists; `asked` is the number a dialog is about."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE,
        "save": Permission.EDIT_CONTACTS,
        "delete": Permission.EDIT_CONTACTS,
        "checked": Permission.EDIT_CONTACTS,
        "suppress": Permission.SUPPRESS,
        "lift": Permission.LIFT,
    }
    shown: Whole = Whole()
    is_loaded: bool = False
    may_edit: bool = False
    may_lift: bool = False
    asked: str = ""
    asked_shown: str = ""
    _number: int = 0

    @rx.event
    async def load(self) -> None:
        """Fetch the contact of the address."""
        last = self.router.url.path.rstrip("/").rpartition("/")[2]
        self._number = int(last) if last.isdecimal() and len(last) < 10 else 0
        await self._read()

    @rx.event
    async def save(self, form: dict[str, str]) -> Any:
        """Save the edited fields."""
        await in_thread(actions.edit_contact, await signed_in(self), self._number, form)
        await self._read()
        return [closes(EDIT), toast("Saved")]

    @rx.event
    async def delete(self, back: bool) -> Any:
        """Delete the contact softly, or bring it back."""
        person = await signed_in(self)
        await in_thread(actions.delete_contact, person, self._number, back=back)
        await self._read()
        return toast("Restored") if back else rx.redirect("/contacts")

    @rx.event
    async def checked(self, number_id: int) -> None:
        """Note that a number was checked and may be texted."""
        await in_thread(actions.mark_checked, await signed_in(self), number_id)
        await self._read()

    @rx.event
    async def ask(self, e164: str, shown: str, dialog: str) -> Any:
        """Open the dialog that stops or lifts a number."""
        self.asked, self.asked_shown = e164, shown
        return opens(dialog if dialog in (STOP, LIFT) else STOP)

    @rx.event
    async def suppress(self, form: dict[str, str]) -> Any:
        """Suppress the number that was asked about."""
        why = form.get("said", "").strip() or "asked by phone or in person"
        await in_thread(optout.suppress_by_hand, self.asked, await signed_in(self), why)
        await self._read()
        return closes(STOP)

    @rx.event
    async def lift(self, form: dict[str, str]) -> Any:
        """Lift the suppression of the number that was asked about."""
        why = form.get("why", "")
        await in_thread(optout.lift_by_hand, self.asked, await signed_in(self), why)
        await self._read()
        return closes(LIFT)

    async def _read(self) -> None:
        person = await signed_in(self)
        self.may_edit = person.may(Permission.EDIT_CONTACTS)
        self.may_lift = person.may(Permission.LIFT)
        self.shown = await in_thread(whole, self._number)
        self.is_loaded = True

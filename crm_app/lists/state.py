"""State of /contacts, the list page."""

from typing import Any, ClassVar

import reflex as rx

from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts import actions
from crm_app.contacts.queries import Line
from crm_app.db import in_thread
from crm_app.lists import queries
from crm_app.ui.attrs import closes

ADD = "add-contact"


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

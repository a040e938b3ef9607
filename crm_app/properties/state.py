"""States of a house's page; and, there and on a contact's, the form in place and a tie's dialog."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts.models import Contact, Property
from crm_app.conversations.optout import call_back_left
from crm_app.db import in_thread
from crm_app.properties import queries, ties
from crm_app.properties.editing import EditedMeanwhileError, edit, filled
from crm_app.properties.queries import House
from crm_app.ui.attrs import address_id, closes, opens, toast

TIE = "about-tie"


class PropertyState(rx.State):
    """One house."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    shown: House = House()
    is_loaded: bool = False

    @rx.event
    async def load(self) -> Any:
        self.is_loaded = False
        listener.watch(self, "property", str(address_id(self)), PropertyState.refresh)
        return PropertyState.refresh

    @rx.event
    async def refresh(self) -> None:
        self.shown = await in_thread(queries.house, await signed_in(self), address_id(self))
        self.is_loaded = True


class EditState(rx.State):
    """The form of this page's contact or house: what it `was` when filled; {}: it is shut."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.EDIT_CONTACTS, "load": Permission.SEE_PEOPLE,
    }  # fmt: skip
    was: dict[str, str] = {}
    meanwhile: str = ""
    may_edit: bool = False

    @rx.event
    async def load(self) -> None:
        """Shut the form."""
        self.may_edit = (await signed_in(self)).may(Permission.EDIT_CONTACTS)
        self.was, self.meanwhile = {}, ""

    @rx.event
    async def ask(self) -> None:
        self.was = await in_thread(lambda session: filled(session.get_one(*self._row())))

    @rx.event
    async def save(self, form: dict[str, str]) -> Any:
        """Write what was typed; whom another person outran is told, and may save again."""
        try:
            (table, number), person = self._row(), await signed_in(self)
            await in_thread(edit, person, table, number, form, self.was)
        except EditedMeanwhileError as told:
            self.was, self.meanwhile = self.was | {"version": told.version}, str(told)
            return None
        return [EditState.load, toast("Saved")]

    def _row(self) -> Any:
        table = Property if "/properties/" in self.router.url.path else Contact
        return table, address_id(self)


class TieState(rx.State):
    """The dialog of a tie of this page; `asked` is what it was, with the id 0 for a new one."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.EDIT_CONTACTS}
    asked: dict[str, str] = {}
    typed: str = ""
    found: list[tuple[str, str]] = []
    house: str = ""

    @rx.event
    async def ask(self, tie_id: int) -> Any:
        self.typed, self.found, self.house = "", [], ""
        self.asked = await in_thread(ties.form_of, await signed_in(self), tie_id)
        return opens(TIE)

    @rx.event
    async def search(self, typed: str) -> None:
        self.typed, self.house = typed[:100], ""
        found = await in_thread(ties.find_houses, await signed_in(self), self.typed)
        self.found = [(key, f"{address}, {place}") for key, address, place, _ in found]

    @rx.event
    async def choose(self, house: str, address: str) -> None:
        self.house, self.typed, self.found = house, address, []

    @rx.event
    async def save(self, form: dict[str, str]) -> Any:
        new = (address_id(self), int(self.house or 0))
        told = (await signed_in(self), form, int(self.asked["id"]), *new)
        await in_thread(ties.save_tie, *told)
        await in_thread(call_back_left)
        return closes(TIE)

    @rx.event
    async def put_first(self) -> Any:
        await in_thread(ties.put_first, await signed_in(self), int(self.asked["id"]))
        return closes(TIE)

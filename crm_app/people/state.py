"""State of the names that wait, on a contact's page and on /admin/reconciliation."""

from typing import Any, ClassVar

import reflex as rx

from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts.queries import Line
from crm_app.contacts.state import ContactState
from crm_app.db import in_thread
from crm_app.people import actions, queries
from crm_app.ui.attrs import address_id


class NamesState(rx.State):
    """What OpenPhone calls the contact of the address otherwise; without one, of all contacts."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    rows: list[Line] = []
    total: int = 0

    @rx.event
    async def load(self) -> None:
        asked = (await signed_in(self), address_id(self))
        self.rows, self.total = await in_thread(queries.suggestions, *asked)

    @rx.event
    async def settle(self, e164: str, name: str, take: bool) -> Any:
        """Take the name, or keep ours; the action asks for the right to edit."""
        await in_thread(actions.settle, e164, name, await signed_in(self), take=take)
        return [NamesState.load, ContactState.load]

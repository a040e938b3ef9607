"""State of /imports and of one import's page."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.compliance import actions as compliance
from crm_app.conversations.optout import ask_again_about
from crm_app.db import in_thread
from crm_app.imports import queries
from crm_app.imports.queries import Shown
from crm_app.tables import read_table
from crm_app.ui.attrs import address_id, toast

LABELS = read_table(__file__, "labels")


class ImportsState(rx.State):
    """The list of past imports; the upload itself is a plain request of the browser."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.IMPORT}
    rows: list[Shown] = []
    is_loaded: bool = False

    @rx.event
    async def load(self) -> None:
        self.rows, self.is_loaded = await in_thread(queries.past_imports), True


class ImportState(rx.State):
    """One import: its progress, then its result."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.IMPORT, "attest": Permission.ATTEST}
    shown: Shown = Shown()
    is_loaded: bool = False
    _number: int = 0

    @rx.event
    async def load(self) -> None:
        self._number = address_id(self)
        listener.watch(self, "import", str(self._number), ImportState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        self.shown, self.is_loaded = await in_thread(queries.shown, self._number), True

    @rx.event
    async def attest(self, ticked: bool) -> Any:
        if not ticked or self.shown.attested or not self.shown.list_id:
            return None
        person = await signed_in(self)
        await in_thread(compliance.attest, self.shown.list_id, person, LABELS["sentence"])
        await in_thread(ask_again_about, list_id=self.shown.list_id)
        await self.refresh()
        return toast("Attested. This list may be texted.")

"""State of /imports and of one import's page."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.compliance import actions as compliance
from crm_app.db import in_thread
from crm_app.imports import queries
from crm_app.imports.queries import PastImport, RowShown, Shown
from crm_app.ui.attrs import toast

SENTENCE = (
    "I attest that we have the right to text the people on this list, and I accept the risk: these"
    " numbers were bought, and OpenPhone's terms forbid cold texts without consent."
)


class ImportsState(rx.State):
    """The list of past imports; the upload itself is a plain request of the browser."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.IMPORT}
    rows: list[PastImport] = []
    is_loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Fetch the list, and follow every import."""
        listener.watch(self, "import", "", ImportsState.refresh)
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Fetch the list again."""
        await self._read()

    async def _read(self) -> None:
        self.rows, self.is_loaded = await in_thread(queries.past_imports), True


class ImportState(rx.State):
    """One import: its progress, then its result, and a page of the rows that need a look."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.IMPORT, "attest": Permission.ATTEST}
    shown: Shown = Shown()
    rows: list[RowShown] = []
    page_number: int = 1
    pages: int = 1
    may_attest: bool = False
    is_loaded: bool = False
    _number: int = 0

    @rx.event
    async def load(self) -> None:
        """Fetch the import of the address, and follow it."""
        last = self.router.url.path.rstrip("/").rpartition("/")[2]
        self._number = int(last) if last.isdecimal() and len(last) < 10 else 0
        self.page_number = 1
        listener.watch(self, "import", str(self._number), ImportState.refresh)
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Fetch it again."""
        await self._read()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go `step` pages of rows on."""
        self.page_number = max(1, min(self.pages, self.page_number + step))
        await self._read()

    @rx.event
    async def attest(self, ticked: bool) -> Any:
        """Record who attests the right to text the list, and when."""
        if not ticked or self.shown.attested or not self.shown.list_id:
            return None
        person = await signed_in(self)
        await in_thread(compliance.attest, self.shown.list_id, person, SENTENCE)
        await self._read()
        return toast("Attested. This list may be texted.")

    async def _read(self) -> None:
        self.may_attest = (await signed_in(self)).may(Permission.ATTEST)
        self.shown = await in_thread(queries.shown, self._number)
        self.rows, found = await in_thread(queries.rows, self._number, self.page_number)
        self.pages, self.is_loaded = max(1, -(-found // queries.PAGE_SIZE)), True

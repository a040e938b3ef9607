"""State of /imports and of one import's page."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.compliance import actions as compliance
from crm_app.conversations.optout import ask_again_about
from crm_app.db import in_thread
from crm_app.importing import editing, queries
from crm_app.importing import rows as reading
from crm_app.importing.editing import Cell
from crm_app.importing.queries import Shown
from crm_app.importing.rows import PAGE, RowShown
from crm_app.importing.words import LABELS
from crm_app.imports import actions, tasks
from crm_app.ui.attrs import address_id, closes, opens, toast

# What a button of an import does, and what the person is told.
VERBS: dict[str, tuple[Any, str]] = {
    "cancel": (actions.cancel, "It stops after this batch"),
    "resume": (actions.resume, "It goes on"),
    "undo": (actions.undo, "It is being taken back"),
}
FIX = "import-fix"
TO_ROWS = "document.querySelector('[data-testid=import-rows]')?.scrollIntoView({block: 'nearest'})"
OPTIONS = ("mode", "list_name", "tag", "basis")


class ImportsState(rx.State):
    """The list of past imports; the upload itself is a plain request of the browser."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.IMPORT}
    rows: list[Shown] = []
    is_loaded: bool = False

    @rx.event
    async def load(self) -> None:
        listener.watch(self, "import", "", ImportsState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        self.rows, self.is_loaded = await in_thread(queries.past_imports), True


class ImportState(rx.State):
    """One import: what its columns are, its plan or result with the rows, its progress."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.IMPORT, "attest": Permission.ATTEST}
    shown: Shown = Shown()
    is_loaded: bool = False
    narrowed: str = ""
    rows: list[RowShown] = []
    has_more: bool = False
    has_before: bool = False
    _pages: list[int] = [0]  # the line that each page so far begins after
    columns: list[Cell] = []  # while they are edited
    cells: list[Cell] = []  # of the row that is being mended
    is_longer: bool = False  # than the header: a comma too many
    line: int = 0
    reason: str = ""
    may_attest: bool = False
    _number: int = 0

    @rx.event
    async def load(self) -> None:
        self.reset()
        self.may_attest = (await signed_in(self)).may(Permission.ATTEST)
        self._number = address_id(self)
        listener.watch(self, "import", str(self._number), ImportState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Read again how it stands; the rows too, when it stands still."""
        self.shown = await in_thread(queries.shown, self._number)
        if self.shown.state == "mapping" and not self.columns:
            await self.edit_columns()
        await self._read()
        self.is_loaded = True

    async def _read(self) -> None:
        asked = self._number, self.narrowed, self._pages[-1]
        found = await in_thread(reading.rows, *asked) if self.shown.has_rows else []
        self.rows, self.has_more = found[:PAGE], len(found) > PAGE
        self.has_before = len(self._pages) > 1

    @rx.event
    async def narrow(self, to: str) -> Any:
        """Show only the rows that a tile counts; the same tile again shows all."""
        self.narrowed, self._pages = "" if to == self.narrowed else to, [0]
        await self._read()
        return rx.call_script(TO_ROWS)

    @rx.event
    async def turn(self, step: int) -> None:
        """Leaf: 1 on, -1 back."""
        on = [self.rows[-1].line] if step > 0 and self.has_more else []
        self._pages = self._pages[: -1 if step < 0 and self.has_before else None] + on
        await self._read()

    @rx.event
    async def edit_columns(self) -> None:
        """Open the columns' editor, or close it and leave them as they were."""
        self.columns = [] if self.columns else await in_thread(editing.columns, self._number)

    @rx.event
    async def keep_columns(self, form: dict[str, str]) -> Any:
        """Use these columns, and remember them under a name for files with the same header."""
        mapping = [{"column": one.header, "target": form.get(f"column-{one.place}", one.target)}
                   for one in self.columns]  # fmt: skip
        await self._do(actions.set_mapping, mapping, name := form.get("recipe", ""))
        self.columns = []
        await self.refresh()
        return toast(f"Remembered as {name}" if name.strip() else "These columns are used")

    @rx.event
    async def keep_options(self, form: dict[str, str]) -> None:
        """Plan again with another mode, list, tag or basis."""
        await self._do(actions.set_options, **{name: form.get(name, "") for name in OPTIONS})
        await self.refresh()

    @rx.event
    async def approve(self, form: dict[str, str]) -> Any:
        """Import what is shown: when the form has other choices by now, plan again instead."""
        given = {name: f"{form[name]}" for name in OPTIONS if name in form}
        is_begun = await self._do(actions.approve, **given)
        await self.refresh()
        return toast("The import has begun" if is_begun else LABELS["again"])

    @rx.event
    async def discard(self) -> Any:
        """Delete an import that wrote nothing."""
        await in_thread(actions.discard, await signed_in(self), self._number)
        return [rx.redirect("/imports"), toast("Discarded")]

    @rx.event
    async def overwrite(self, line: int, on: bool) -> None:
        """Let the file have its way in a row also over what a person here typed, or not."""
        await self._do(actions.overwrite, line, on)

    @rx.event
    async def fix(self, line: int) -> Any:
        """Show the cells of a refused row."""
        self.line, self.cells = line, await in_thread(editing.cells, self._number, line)
        self.is_longer = not self.cells[-1].header
        self.reason = next((row.reason for row in self.rows if row.line == line), "")
        return opens(FIX)

    @rx.event
    async def join(self, place: int) -> None:
        """Put a cell together with the next: an unquoted comma had cut it in two."""
        self.cells = editing.joined(self.cells, place)

    @rx.event
    async def keep_cells(self, form: dict[str, str]) -> Any:
        """Keep the mended cells; the row is read and planned again."""
        given = [form.get(f"cell-{one.place}", one.value) for one in self.cells]
        await self._do(editing.keep, self.line, given)
        return [closes(FIX), toast("Planned again")]

    @rx.event
    async def do(self, verb: str) -> Any:
        """Cancel, resume or undo it."""
        work, said = VERBS[verb]
        await self._do(work)
        await self.refresh()
        return toast(said)

    async def _do(self, work: Any, *given: Any, **named: Any) -> Any:
        """Let the core do it in this person's name, and wake the worker."""
        done = await in_thread(work, await signed_in(self), self._number, *given, **named)
        queue.ring(tasks.run, self._number)
        return done

    @rx.event
    async def attest(self, ticked: bool) -> Any:
        if not ticked or self.shown.attested or not self.shown.list_id:
            return None
        person = await signed_in(self)
        await in_thread(compliance.attest, self.shown.list_id, person, LABELS["sentence"])
        await in_thread(ask_again_about, list_id=self.shown.list_id)
        await self.refresh()
        return toast("Attested. This list may be texted.")

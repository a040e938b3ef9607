"""State of the to-dos: on / and beside the thread or contact that the address names."""

from datetime import date
from typing import Any, ClassVar

import reflex as rx

from crm_app import clock, listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.times import local
from crm_app.ui.attrs import address_id, closes, opens
from crm_app.work import actions, queries
from crm_app.work.queries import TodoRow

TODO = "todo"


class TodoState(rx.State):
    """The to-dos of a view, those done today, and the one that is being written."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    view: str = "mine"
    rows: list[TodoRow] = []
    done: list[TodoRow] = []
    people: list[tuple[str, str]] = []
    is_loaded: bool = False
    asked: TodoRow = TodoRow()  # its id is "" for a new one
    whose: str = ""
    nonce: int = 0  # empties the fields
    slip: TodoRow = TodoRow()  # what was done just now, and may be undone
    _of: tuple[int, int] = (0, 0)  # thread or contact

    @rx.event
    async def load(self) -> None:
        path, number = self.router.url.path, address_id(self)
        self._of = (number * ("/inbox/" in path), number * ("/contacts/" in path))
        self.people = [("", "Nobody yet"), *await in_thread(queries.assignable)]
        self.slip = TodoRow()
        listener.watch(self, "work", "", TodoState.refresh)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        person, (thread, contact) = await signed_in(self), self._of
        if thread:
            contact, _ = await in_thread(queries.subject, person, *self._of)
        asked = ("of" if any(self._of) else self.view, thread, contact)
        self.rows, self.done = await listener.together(
            person, ("todos", person.id, *asked), lambda: in_thread(queries.todos, person, *asked)
        )
        self.is_loaded = True

    @rx.event
    async def choose(self, name: str, value: str) -> None:
        """Choose the `view`, or whose the to-do of the dialog is to be."""
        self.view, self.whose = (value, self.whose) if name == "view" else (self.view, value)
        await self.refresh()

    @rx.event
    async def ask(self, todo_id: str) -> Any:
        """Open the dialog for a to-do of the list, or for a new one about this page's person."""
        person = await signed_in(self)
        _, name = await in_thread(queries.subject, person, *self._of)
        title, today = f"{name}: " if name else "", local(await in_thread(clock.now)).date()
        new = TodoRow(bare=title, due_on=str(today), assigned_to=str(person.id))
        self.asked = next((one for one in self.rows if one.id == todo_id), new)
        self.whose, self.nonce = self.asked.assigned_to, self.nonce + 1
        return opens(TODO)

    @rx.event
    async def save(self, form: dict[str, str]) -> Any:
        """Write the to-do of the dialog, or of the box on /: for oneself, today."""
        person, whose, due, asked = await signed_in(self), self.whose, form.get("due"), self.asked
        if "jot" in form:
            whose, asked = str(person.id), TodoRow()
            due = str(local(await in_thread(clock.now)).date())
        try:
            day = date.fromisoformat(due) if due else None
        except ValueError:
            raise CrmError("Choose the day from the calendar.") from None
        told = (
            form.get("jot") or form.get("title", ""),
            day,
            int(whose) if whose.isdecimal() else None,
        )
        about: dict[str, Any] = {"changes": (asked.id, asked.version)} if asked.id else {
            "thread": self._of[0], "contact": self._of[1]}  # fmt: skip
        try:
            await in_thread(actions.write, person, *told, **about)
        except CrmError:  # somebody else wrote it: what is typed stays, and may be saved after all
            await self.refresh()
            self.asked = next((one for one in self.rows if one.id == asked.id), asked)
            raise
        self.nonce += 1
        await self.refresh()
        return closes(TODO)

    @rx.event
    async def settle(self, todo_id: str, version: int, how: str) -> None:
        """Mark a to-do done, undo that, or open it again."""
        told = (await signed_in(self), todo_id, version, how)
        settled = await in_thread(actions.settle, *told)
        self.slip = settled if how == "done" else TodoRow()
        await self.refresh()

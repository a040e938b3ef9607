"""State of /contacts/duplicates, and of the card "Maybe the same person" on a contact's page."""

from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.merging import actions, queries, review
from crm_app.merging.queries import Pair
from crm_app.merging.review import Both, Past
from crm_app.merging.undo import undo
from crm_app.ui.attrs import address_id, toast

PAGE = 20


class DuplicatesState(rx.State):
    """Who may be here twice (of the contact that the address names, else of all), and merges.

    `shown` are the two that are compared, `slip` the merge just made, which may be undone.
    """

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    pairs: list[Pair] = []
    total: int = 0
    page_number: int = 1
    pages: int = 1
    past: list[Past] = []
    shown: Both = Both()
    slip: Past = Past()
    is_loaded: bool = False
    _of: int = 0
    _all: list[Pair] = []

    @rx.event
    async def load(self) -> Any:
        """Fetch the pairs; who was merged into somebody leads there; `?a=&b=` compares two."""
        self._of, self.shown, self.page_number = address_id(self), Both(), 1
        if self.slip.href != f"/contacts/{self._of}":  # a merge led here, and may be undone here
            self.slip = Past()
        if self._of:
            into, name = await in_thread(review.merged_into, await signed_in(self), self._of)
            if into:
                return [rx.redirect(f"/contacts/{into}"), toast(f"Merged into {name}.", "plain")]
            listener.watch(self, "contact", str(self._of), DuplicatesState.refresh)
        await self.refresh()
        asked = self.router.url.query_parameters
        a, b = asked.get("a", ""), asked.get("b", "")
        if not self._of and a.isdecimal() and b.isdecimal():
            await self.compare(int(a[:9]), int(b[:9]))
        return None

    @rx.event
    async def refresh(self) -> None:
        """Look again who may be here twice."""
        person = await signed_in(self)
        self.past = await in_thread(review.past, person, self._of)
        if not person.may(Permission.MERGE):
            self._all = []
        elif self._of:
            found = await in_thread(queries.likely, [self._of])
            self._all = [replace(one, other_id=self._of) for one in found.get(self._of, [])]
        else:
            self._all = await in_thread(queries.all_pairs, person)
        self.is_loaded = True
        await self.turn(0)

    @rx.event
    async def turn(self, step: int) -> None:
        self.total = len(self._all)
        self.pages = max(1, -(-self.total // PAGE))
        self.page_number = max(1, min(self.pages, self.page_number + step))
        self.pairs = self._all[PAGE * (self.page_number - 1) : PAGE * self.page_number]

    @rx.event
    async def compare(self, kept_id: int, gone_id: int) -> None:
        """Show two side by side; the first of them would stay."""
        self.shown = await in_thread(review.both, await signed_in(self), kept_id, gone_id)
        if not self.shown.ids:
            await self.refresh()
            raise CrmError("One of the two is there no more. Look again.")

    @rx.event
    async def choose(self, name: str, is_right: bool) -> None:
        """Choose whose value of a field stays."""
        rows = [replace(row, is_right=is_right) if row.field == name and name else row
                for row in self.shown.rows]  # fmt: skip
        self.shown = replace(self.shown, rows=rows)

    @rx.event
    async def close(self) -> None:
        self.shown = Both()

    @rx.event
    async def merge(self) -> Any:
        """Make one of the two that are shown; who saw an older version is shown them anew."""
        shown, person = self.shown, await signed_in(self)
        if not shown.ids:
            raise CrmError("Choose two contacts first.")
        chosen = [row.field for row in shown.rows if row.is_right]
        kept_id, gone_id = shown.ids
        try:
            done = await in_thread(actions.merge, person, kept_id, gone_id, shown.versions, chosen)
        except CrmError:
            await self.compare(kept_id, gone_id)
            raise
        self.shown = Both()
        await self.refresh()
        past = await in_thread(review.past, person)
        self.slip = next((one for one in past if one.id == done), Past())
        # who came from a contact's page goes on to the one that stays
        return (
            rx.redirect(f"/contacts/{kept_id}")
            if self.router.url.query_parameters.get("a")
            else None
        )

    @rx.event
    async def part(self, one_id: int, other_id: int) -> None:
        """Remember that they are two."""
        await in_thread(actions.not_the_same, await signed_in(self), one_id, other_id)
        self.shown = Both()
        await self.refresh()

    @rx.event
    async def undo(self, merge_id: int) -> Any:
        """Take a merge back; what stayed and why is listed with it."""
        stayed = await in_thread(undo, await signed_in(self), merge_id)
        self.slip = Past()
        await self.refresh()
        return toast("Undone. They are two again." + (" Some stayed, see below." if stayed else ""))

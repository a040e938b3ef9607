"""State of /contacts: the search, the filter, one page of rows, and who is chosen of them."""

from typing import Any, ClassVar

import reflex as rx

from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.contacts.actions import BETWEEN, add_contact
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.lists import actions, queries, spelling
from crm_app.lists.filters import FIELDS, clean, wrong
from crm_app.lists.queries import MOST, PAGE_SIZE, ContactRow, Wanted
from crm_app.properties.ties import find_houses
from crm_app.ui.attrs import closes, opens, toast

ADD, FILTER, LIST, PUT, TAG = "add-contact", "filter", "about-list", "list-put", "list-tag"
DELETE = "list-gone"


def _house(key: str, address: str, place: str, owner: str) -> ContactRow:
    detail = BETWEEN.join(filter(None, (place, owner)))
    return ContactRow(int(key), address, detail, href=f"/properties/{key}")


class ContactsState(rx.State):
    """The list. `form` is the filter as typed; of a saved filter that is open, maybe changed."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.SEE_PEOPLE, **dict.fromkeys(("add", "do"), Permission.EDIT_CONTACTS),
    }  # fmt: skip
    typed: str = ""
    list_id: str = "0"
    list_name: str = ""
    is_filter: bool = False
    form: dict[str, str] = dict.fromkeys(FIELDS, "")
    wrong: dict[str, str] = dict.fromkeys(FIELDS, "")
    chips: list[tuple[str, str]] = []
    options: dict[str, list[tuple[str, str]]] = {key: [] for key in queries.OFFERED}
    page_number: int = 1
    pages: int = 1
    summary: str = ""
    rows: list[ContactRow] = []
    houses: list[ContactRow] = []
    meant: str = ""
    lists: list[tuple[str, str]] = []
    is_loaded: bool = False
    may_edit: bool = False
    is_choosing: bool = False
    is_all: bool = False
    chosen: list[int] = []
    put_to: str = ""
    word: str = ""
    _total: int = 0
    _at: tuple[queries.Place, ...] = ()

    @rx.event
    async def load(self) -> None:
        """Fetch the lists and the page of contacts; `?list=` in the address chooses a list."""
        self.lists = [("0", "Everybody"), *await in_thread(queries.lists, await signed_in(self))]
        await self.choose(self.router.url.query_parameters.get("list", self.list_id))

    @rx.event
    async def search(self, typed: str) -> None:
        self.typed = typed[:100]
        await self._begin()

    @rx.event
    async def choose(self, list_id: str) -> None:
        """Show only the contacts on a list, or those who fit a saved filter; "0" shows all."""
        self.list_id = list_id if list_id in dict(self.lists) else "0"
        self.list_name, form = await in_thread(queries.kept, int(self.list_id))
        self.is_filter = form is not None
        self.form = dict.fromkeys(FIELDS, "") | (form or {})
        await self._begin()

    @rx.event
    async def ask(self, what: str) -> Any:
        """Fetch what the fields offer, and show the filter or a dialog."""
        self.options = await in_thread(queries.choices, await signed_in(self))
        self.put_to, self.word = "", self.list_name if what == LIST else ""
        return opens(what) if what in (FILTER, LIST, PUT, TAG) else None

    @rx.event
    async def narrow(self, field: str, typed: str) -> None:
        """Filter by one more thing; '' by one less."""
        if field in FIELDS:
            self.form[field] = typed[:500]
            await self._begin()

    @rx.event
    async def clear(self) -> None:
        self.form = dict.fromkeys(FIELDS, "")
        await self._begin()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go on to the next page, or back (-1)."""
        if self._at and 1 <= self.page_number + step <= self.pages:
            self.page_number += 1 if step > 0 else -1
            await self._read(self._at[-1] if step > 0 else self._at[0], back=step < 0)

    @rx.event
    async def add(self, form: dict[str, str]) -> Any:
        found = await in_thread(add_contact, await signed_in(self), form)
        return [closes(ADD), rx.redirect(f"/contacts/{found}")]

    @rx.event
    async def choosing(self) -> None:
        """Show the boxes to tick, or hide them."""
        self.is_choosing, self.is_all, self.chosen = not self.is_choosing, False, []

    @rx.event
    async def tick(self, contact_id: int) -> None:
        self.chosen, self.is_all = sorted({*self.chosen} ^ {contact_id}), False

    @rx.event
    async def tick_all(self) -> None:
        """Choose all that were found, on every page, or nobody."""
        self.is_all, self.chosen = not self.is_all, []

    @rx.event
    async def write(self, word: str) -> None:
        """Keep what is written into a dialog: a tag, or a list's name."""
        self.word = word

    @rx.event
    async def aim(self, list_id: str) -> None:
        self.put_to = list_id

    @rx.event
    async def do(self, verb: str, dialog: str) -> Any:
        """Do one of actions.VERBS to the chosen or to the list that is open."""
        wanted, (work, said) = self._wanted(), actions.VERBS[verb]
        if not self.is_all and verb != "keep":
            wanted = Wanted(form=wanted.form, ids=tuple(self.chosen))
        if self.is_all and self._total > MOST and verb in ("tag", "untag"):
            raise CrmError(f"Tag at most {MOST:,} at once: narrow the filter first.")
        list_id = int(self.put_to or 0) if verb == "put" else int(self.list_id)
        done = await in_thread(work, await signed_in(self), wanted, list_id, self.word)
        if verb == "keep":
            self.list_id = str(done)
        form, self.is_choosing, self.word = wanted.form, False, ""
        await self.load()
        if self.list_id != "0" and not self.is_filter:
            self.form = dict(form)
            await self._begin()
        return [closes(dialog), toast(said.format(done))]

    def _wanted(self) -> Wanted:
        by_hand = 0 if self.is_filter else int(self.list_id)
        return Wanted(self.typed, by_hand, dict(self.form))

    async def _begin(self) -> None:
        """Show the first page of what is wanted now; nobody for a field that cannot be read."""
        self.page_number, self.is_all, self.chosen = 1, False, []
        self.chips = [(key, self._said(key, typed)) for key, typed in clean(self.form).items()]
        found = wrong(self.form)
        self.wrong = dict.fromkeys(FIELDS, "") | found
        if found:
            self.rows, self.houses, self._at, self.summary, self.meant = [], [], (), "", ""
        else:
            await self._read()

    async def _read(self, after: queries.Place | None = None, *, back: bool = False) -> None:
        person = await signed_in(self)
        find = (queries.find_contacts, person, self._wanted(), after)
        found = await in_thread(*find, back=back)
        self.rows, self._at, self._total = found.rows, found.at, found.total
        is_plain = self.list_id == "0" and not clean(self.form)
        self.houses, self.meant = [], ""
        if self.typed and is_plain and person.may(Permission.EDIT_CONTACTS):
            empty = await in_thread(find_houses, person, self.typed, is_empty=True)
            self.houses = [_house(*row) for row in empty]
        if self.typed and not found.rows and not self.houses:
            self.meant = await in_thread(spelling.meant, person, self.typed)
        self.may_edit, self.is_loaded = person.may(Permission.EDIT_CONTACTS), True
        number = f"{found.total:,}"
        if found.is_about:  # of everybody two digits
            number = f"about {round(found.total, 2 - len(str(found.total))):,}"
            number = f"{MOST:,}+" if found.total == MOST + 1 else number
        self.summary = "1 contact" if found.total == 1 else f"{number} contacts"
        self.pages = max(self.page_number, -(-found.total // PAGE_SIZE))
        if not back:
            self.pages = max(self.pages, self.page_number + 1) if found.more else self.page_number

    def _said(self, key: str, typed: str) -> str:
        """Say in words what one field filters by."""
        one = FIELDS[key]
        offered = {"list": self.lists, **self.options}.get(one.get("reads", ""), [])
        shown = one.get("options", dict(offered)).get(typed, typed)
        return f"{one['label']}: {shown}"

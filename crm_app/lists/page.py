"""/contacts: search, filter, choose, add and browse."""

from typing import Any

import reflex as rx

from crm_app.frame import LineState, page
from crm_app.lists.components import chips, dialogs, filter_sheet
from crm_app.lists.queries import ContactRow
from crm_app.lists.state import ADD, FILTER, LIST, PUT, TAG, ContactsState
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button, checkbox, link, outside, search_field, select
from crm_app.ui.lists import list_row, pager, rows
from crm_app.ui.pieces import avatar, badge, card, empty_state, skeleton

BAR = "flex flex-wrap items-center gap-2"


def _plain(words: Any, on_click: Any, testid: str, **more: Any) -> rx.Component:
    return button(words, kind="plain", on_click=on_click, testid=testid, **more)


def _row(row: ContactRow) -> rx.Component:
    state, chosen = ContactsState, rx.Var.create(ContactsState.chosen)
    ticked = state.is_all | chosen.contains(row.id)
    tick = checkbox("", ticked, lambda _: state.tick(row.id), "contact-tick")
    return list_row(
        href=row.href, title=row.title, detail=row.detail, lead=avatar(row.initials),
        badge=rx.cond(row.badge != "", badge(row.badge, row.tone)), testid="contact-row",
        tick=rx.cond(state.is_choosing, tick),
    )  # fmt: skip


def _house(row: ContactRow) -> rx.Component:
    return list_row(href=row.href, title=row.title, detail=row.detail, testid="house-row")


def _choosing() -> rx.Component:
    """What may be done to the chosen, above the list."""
    state = ContactsState
    count = rx.cond(
        state.is_all, "All are chosen", f"{rx.Var.create(state.chosen).length()} chosen"
    )
    every = checkbox(f"All: {state.summary}", state.is_all, state.tick_all, "choose-all")
    put = _plain("Add to a list", state.ask(PUT), "put-on-list-open")
    off = _plain("Take off this list", state.do("take_off", PUT), "take-off")
    return rx.el.div(
        every, rx.el.span(count, class_name="text-sm text-muted", data_testid="chosen"),
        put, _plain("Tag", state.ask(TAG), "tag-open"),
        rx.cond((state.list_id != "0") & ~state.is_filter, off),
        class_name=f"{BAR} rounded-lg border border-line bg-surface px-3 py-2",
    )  # fmt: skip


def _nothing() -> rx.Component:
    state = ContactsState
    meant = _plain(f"Did you mean {state.meant}?", state.search(state.meant), "did-you-mean")
    hint = "Nobody is here. Try the start of a name, a street or the last digits, or import a list."
    other = button("Import a list", kind="plain", href="/imports")
    help_ = rx.cond(state.chips, _plain("Clear the filter", state.clear, "filter-clear-all"), other)
    return empty_state(hint, rx.cond(state.meant != "", meant, help_), icon_name="contacts")


def _others() -> rx.Component:
    """Draw the way to duplicates and, for the owner, the exports of the list that is chosen."""
    of = f"?list_id={ContactsState.list_id}"
    exports = rx.fragment(*(
        outside(f"Export {what}", href=f"/exports/{what}.csv{of}", testid="export")
        for what in ("contacts", "properties", "messages")
    ))  # fmt: skip
    return rx.el.nav(
        link("Duplicates", href="/contacts/duplicates", testid="to-duplicates"),
        rx.cond(LineState.role == "owner", exports), aria_label="More",
        class_name="flex flex-wrap gap-x-5 px-1 py-3 text-sm [&_a]:py-2.5",
    )  # fmt: skip


def contacts_page() -> rx.Component:
    state = ContactsState
    turn = pager(state.page_number, state.pages, state.turn(-1), state.turn(1))
    words = "Name, street, town, tag or last digits"
    chosen = select("List", state.lists, state.list_id, state.choose, "contact-list")
    edit = rx.fragment(
        rx.cond(state.list_id != "0", _plain("This list", state.ask(LIST), "list-edit")),
        _plain(rx.cond(state.is_choosing, "Done", "Choose"), state.choosing, "contact-choose"),
    )
    count = rx.el.span(
        state.summary, class_name="grow px-1 text-sm text-muted tabular-nums", data_testid="found"
    )
    found = rx.fragment(
        rx.el.div(count, rx.cond(state.may_edit, edit), class_name=BAR),
        rx.cond(state.is_choosing, _choosing()),
        rows(rx.foreach(state.rows, _row), testid="contacts"),
        rx.cond(state.pages > 1, turn),
    )
    houses = card(rows(rx.foreach(state.houses, _house)), title="Houses without people")
    listed = rx.cond(
        state.rows, found, rx.cond(state.houses, None, rx.fragment(rx.cond(
            state.may_edit & (state.list_id != "0"), rx.el.div(edit, class_name=BAR)), _nothing()))
    )  # fmt: skip
    new = button("Add", icon_name="plus", on_click=opens(ADD), testid="contact-add")
    return page(
        "Contacts",
        rx.el.div(
            search_field(state.typed, state.search, words, "contact-search"),
            rx.el.div(
                chosen, class_name="grow basis-40 min-w-0 sm:grow-0 sm:basis-64 [&_label]:sr-only"
            ),
            _plain("Filter", state.ask(FILTER), "contact-filter", icon_name="filter"),
            class_name="flex flex-wrap gap-3 [&_[role=search]]:basis-64",
        ),
        rx.cond(state.chips, chips()),
        rx.cond(state.is_loaded, rx.fragment(listed, rx.cond(state.houses, houses)), skeleton(8)),
        filter_sheet(),
        dialogs(),
        rx.cond(state.may_edit, _others()),
        active="contacts",
        action=rx.cond(state.may_edit, new),
    )

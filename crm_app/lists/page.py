"""/contacts: search, filter, add and browse."""

import reflex as rx

from crm_app.contacts.queries import Line
from crm_app.frame import page
from crm_app.lists.state import ADD, ContactsState
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button, field, form, search_field, select
from crm_app.ui.lists import list_row, pager, rows
from crm_app.ui.pieces import avatar, badge, dialog, empty_state, skeleton


def _row(line: Line) -> rx.Component:
    mark = rx.cond(line.badge != "", badge(line.badge, line.tone))
    return list_row(
        href=line.href, title=line.title, detail=line.detail, badge=mark,
        lead=avatar(line.initials), testid="contact-row",
    )  # fmt: skip


def contacts_page() -> rx.Component:
    state = ContactsState
    nothing = empty_state(
        "Nobody is here. Try the start of a name, a street or the last digits, or import a list.",
        button("Import a list", kind="plain", href="/imports"), icon_name="contacts",
    )  # fmt: skip
    turn = pager(state.page_number, state.pages, state.turn(-1), state.turn(1))
    found = rx.fragment(
        rx.el.div(state.summary, class_name="px-1 text-sm text-muted tabular-nums"),
        rows(rx.foreach(state.rows, _row), testid="contacts"),
        rx.cond(state.pages > 1, turn),
    )
    words = "Name, street, town or last digits"
    chosen = select("List", state.lists, state.list_id, state.choose, "contact-list")
    add = form(
        field("Name", name="name", required=True, testid="contact-name"),
        field("Phone", name="phone", type_="tel", required=True, testid="contact-phone"),
        on_submit=state.add, verb="Save", testid="contact-save",
    )  # fmt: skip
    new = button("Add", on_click=opens(ADD), icon_name="plus", testid="contact-add")
    return page(
        "Contacts",
        rx.el.div(
            search_field(state.typed, state.search, words, "contact-search"),
            rx.el.div(chosen, class_name="w-full sm:w-64 [&_label]:sr-only"),
            class_name="flex flex-wrap gap-3",
        ),
        rx.cond(state.is_loaded, rx.cond(state.rows, found, nothing), skeleton(8)),
        dialog("Add a contact", add, dialog_id=ADD),
        active="contacts",
        action=rx.cond(state.may_edit, new),
    )

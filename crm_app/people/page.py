"""/contacts: search, filter, add and browse."""

import reflex as rx

from crm_app.frame import page
from crm_app.people.contact_page import form
from crm_app.people.queries import ContactRow
from crm_app.people.state import ADD, ContactsState
from crm_app.ui.forms import button, field, search_field, select, text_area
from crm_app.ui.links import link
from crm_app.ui.lists import list_row, pager, rows
from crm_app.ui.overlays import dialog, opens
from crm_app.ui.pieces import avatar, badge, empty_state, skeleton


def _row(row: ContactRow) -> rx.Component:
    return list_row(
        href=f"/contacts/{row.id}",
        title=row.name,
        detail=row.detail,
        lead=avatar(row.initials),
        badge=rx.cond(row.badge != "", badge(row.badge, row.tone)),
        testid="contact-row",
    )


def _add() -> rx.Component:
    """Draw the dialog that adds a contact."""
    whose = rx.el.p(
        ContactsState.taken,
        " ",
        link("Open that contact", href=ContactsState.taken_href),
        class_name="text-sm text-blocked",
        role="alert",
    )
    made = form(
        field("Name", name="name", required=True, testid="contact-name"),
        field("Phone", name="phone", type_="tel", required=True, testid="contact-phone"),
        rx.cond(ContactsState.taken != "", whose),
        field("E-mail", name="email", inputmode="email"),
        text_area("Notes", name="notes"),
        on_submit=ContactsState.add,
        words="Save",
        testid="contact-save",
    )
    return dialog("Add a contact", made, dialog_id=ADD)


def contacts_page() -> rx.Component:
    """Search, filter, add and browse contacts."""
    state = ContactsState
    nothing = rx.cond(
        (state.typed == "") & (state.list_id == "0"),
        empty_state(
            "No contacts yet. Import a list, and they are here.",
            button("Import a list", href="/imports"),
            icon_name="contacts",
        ),
        empty_state("Nobody fits. Try the start of a name, a street or the last digits."),
    )
    found = rx.fragment(
        rx.el.div(state.summary, class_name="px-1 text-sm text-muted tabular-nums"),
        rows(rx.foreach(state.rows, _row), testid="contacts"),
        rx.cond(
            state.pages > 1, pager(state.page_number, state.pages, state.turn(-1), state.turn(1))
        ),
    )
    add = button("Add", on_click=opens(ADD), icon_name="plus", testid="contact-add")
    return page(
        "Contacts",
        rx.el.div(
            search_field(
                state.typed, state.search, "Name, street, town or last digits", "contact-search"
            ),
            rx.el.div(
                select("List", state.lists, state.list_id, state.choose, "contact-list",
                       hide_label=True),
                class_name="w-full sm:w-64",
            ),
            class_name="flex flex-wrap gap-3",
        ),
        rx.cond(state.is_loaded, rx.cond(state.rows, found, nothing), skeleton(8)),
        rx.cond(state.may_edit, _add()),
        active="contacts",
        action=rx.cond(state.may_edit, add),
    )  # fmt: skip

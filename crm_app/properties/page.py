"""/properties/N: a house, who owns it, who did, and what was said about it."""

import reflex as rx

from crm_app.frame import page
from crm_app.inbox.components import timeline_card
from crm_app.media.components import photos_card
from crm_app.properties.components import edit_form, origin, pairs, tie_dialog, ties_of
from crm_app.properties.state import EditState, PropertyState
from crm_app.ui.controls import button
from crm_app.ui.pieces import card, empty_state, skeleton


def _house() -> rx.Component:
    shown = PropertyState.shown
    change = button("Edit", kind="plain", on_click=EditState.ask, testid="property-edit")
    without = rx.el.p("Without a number: ", shown.unknown, class_name="text-sm text-muted")
    facts = rx.fragment(
        pairs(shown.facts),
        rx.cond(shown.notes != "", rx.el.p(shown.notes, class_name="whitespace-pre-wrap")),
        rx.cond(EditState.may_edit, change),
    )
    nobody = rx.el.p("Nobody yet: open a contact, and add this house.", class_name="text-muted")
    return rx.el.div(
        card(rx.cond(EditState.was, edit_form("property"), facts), title=shown.place),
        card(
            rx.cond(shown.people, ties_of(shown.people), nobody),
            rx.cond(shown.unknown != "", without),
            title="People", testid="property-people",
        ),
        rx.cond(shown.former, card(ties_of(shown.former), title="Before", testid="former")),
        photos_card(),
        timeline_card(),
        origin(shown.import_id, shown.import_name, shown.extras),
        tie_dialog(),
        class_name="space-y-4 max-w-3xl",
    )  # fmt: skip


def property_page() -> rx.Component:
    shown = PropertyState.shown
    none = empty_state("There is no such house.", button("All contacts", href="/contacts"))
    known = rx.cond(PropertyState.is_loaded, rx.cond(shown.id != 0, _house(), none), skeleton(8))
    title = rx.cond(shown.id != 0, shown.address, "House")
    return page(title, known, active="contacts", back="/contacts")

"""The page of one contact: numbers, houses, lists, and what may be done."""

import reflex as rx
from reflex.event import EventType

from crm_app.frame import page
from crm_app.inbox.state import InboxState
from crm_app.people.card import ConsentRow, HouseRow, NumberRow
from crm_app.people.state import DELETE, EDIT, LIFT, STOP, ContactState
from crm_app.ui.forms import button, field, text_area
from crm_app.ui.links import link
from crm_app.ui.overlays import confirm, dialog, opens
from crm_app.ui.pieces import badge, banner, card, empty_state, skeleton

LINE = "flex flex-wrap items-center gap-x-3 gap-y-1"


def form(
    *fields: rx.Component, on_submit: EventType[dict[str, str]], words: str, testid: str
) -> rx.Component:
    """Draw a short form with its one button."""
    save = button(words, type_="submit", testid=testid, wide=True)
    return rx.el.form(*fields, save, on_submit=on_submit, class_name="space-y-4")


def _number(row: NumberRow) -> rx.Component:
    ask = ContactState.ask
    stop = button("Stop texts", kind="plain", on_click=ask(row.e164, row.shown, STOP),
                  testid="contact-suppress")  # fmt: skip
    lift = button("Allow again", kind="plain", on_click=ask(row.e164, row.shown, LIFT),
                  testid="contact-lift")  # fmt: skip
    check = button("I checked it", kind="plain", on_click=ContactState.checked(row.id),
                   testid="contact-checked")  # fmt: skip
    thread = link("Texts: ", row.last_text, href=row.thread, class_name="block truncate py-1",
                  testid="contact-thread")  # fmt: skip
    return rx.el.li(
        rx.el.div(
            rx.el.span(row.shown, class_name="font-semibold tabular-nums"),
            badge(row.state, row.tone, testid="number-state"),
            class_name=LINE,
        ),
        rx.el.p(row.because, class_name="text-sm text-muted"),
        rx.el.p(row.note, class_name="text-sm text-muted"),
        rx.cond(row.thread != "", thread),
        rx.el.div(
            rx.cond(row.is_suppressed, rx.cond(ContactState.may_lift, lift), stop),
            rx.cond(row.may_be_checked & ContactState.may_edit, check),
            class_name=LINE + " pt-1",
        ),
        class_name="space-y-1 py-2",
    )


def _house(row: HouseRow) -> rx.Component:
    others = rx.el.p("Also there, without a number: ", row.others, class_name="text-sm text-muted")
    return rx.el.li(
        rx.el.p(row.title),
        rx.el.p(row.detail, class_name="text-sm text-muted"),
        rx.cond(row.others != "", others),
        class_name="py-2",
    )


def _consent(row: ConsentRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(rx.el.span(row.name), badge(row.state, row.tone), class_name=LINE),
        rx.el.p(row.detail, class_name="text-sm text-muted"),
        class_name="py-2",
    )


def _dialogs() -> rx.Component:
    """Draw what edits, deletes, stops and lifts."""
    who = ContactState.shown.card
    edit = form(
        field("Name", name="name", default_value=who.name, required=True),
        field("First name, as texts use it", name="first_name", default_value=who.first_name),
        field("Last name", name="last_name", default_value=who.last_name),
        field("E-mail", name="email", default_value=who.email, inputmode="email"),
        field("Another number", name="phone", type_="tel"),
        text_area("Notes", name="notes", default_value=who.notes),
        on_submit=ContactState.save, words="Save", testid="contact-save",
    )  # fmt: skip
    stop = form(
        field("What they said", name="said", hint="Kept for ever, with your name."),
        on_submit=ContactState.suppress, words="Stop texts", testid="contact-suppress-yes",
    )  # fmt: skip
    lift = form(
        field("Why they may be texted again", name="why", required=True),
        on_submit=ContactState.lift, words="Allow again", testid="contact-lift-yes",
    )  # fmt: skip
    number = rx.el.p(ContactState.asked_shown, class_name="font-semibold tabular-nums")
    return rx.fragment(
        dialog("Edit", rx.el.div(edit, key=who.id), dialog_id=EDIT),
        dialog("No more texts to this number", number, stop, dialog_id=STOP),
        dialog("Texts to this number again", number, lift, dialog_id=LIFT),
        confirm(
            "Delete this contact?",
            "Texts, opt-outs and houses stay. You can restore the contact.",
            yes="Delete", kind="danger", on_yes=ContactState.delete(False), dialog_id=DELETE,
            testid="contact-delete-yes",
        ),
    )  # fmt: skip


def _contact() -> rx.Component:
    """Draw who it is, the numbers, houses and lists."""
    shown = ContactState.shown
    who = shown.card
    restore = button("Restore", kind="plain", on_click=ContactState.delete(True),
                     testid="contact-restore")  # fmt: skip
    buttons = rx.el.div(
        button("Text", icon_name="send", on_click=InboxState.start(who.id), testid="contact-text"),
        button("Edit", kind="plain", on_click=opens(EDIT), testid="contact-edit"),
        button("Delete", kind="danger", on_click=opens(DELETE), testid="contact-delete"),
        class_name="flex gap-2",
    )
    also = rx.el.p("Also on this number: ", who.other_names, class_name="text-sm text-muted")
    return rx.el.div(
        rx.cond(who.is_deleted, banner("This contact is deleted.", "held", action=restore)),
        card(
            rx.cond(who.is_company, badge("Company or trust")),
            rx.cond(who.other_names != "", also),
            rx.cond(who.email != "", rx.el.p(who.email)),
            rx.cond(who.notes != "", rx.el.p(who.notes, class_name="whitespace-pre-wrap")),
            rx.cond(ContactState.may_edit & ~who.is_deleted, buttons),
        ),
        card(rx.el.ul(rx.foreach(shown.numbers, _number)), title="Numbers"),
        rx.cond(shown.houses, card(rx.el.ul(rx.foreach(shown.houses, _house)), title="Houses")),
        rx.cond(shown.lists, card(rx.el.ul(rx.foreach(shown.lists, _consent)), title="Lists")),
        _dialogs(),
        class_name="space-y-4 max-w-3xl",
    )


def contact_page() -> rx.Component:
    """Show one contact, with what may be done."""
    none = empty_state("There is no such contact.", button("All contacts", href="/contacts"))
    known = rx.cond(ContactState.shown.card.id != 0, _contact(), none)
    return page(
        rx.cond(ContactState.shown.card.name != "", ContactState.shown.card.name, "Contact"),
        rx.cond(ContactState.is_loaded, known, skeleton(8)),
        active="contacts",
        back="/contacts",
    )

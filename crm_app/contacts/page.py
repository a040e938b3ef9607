"""The page of one contact."""

import reflex as rx

from crm_app.contacts.queries import LIFT, STOP, Line
from crm_app.contacts.state import NUMBER, ContactState
from crm_app.evidence.components import PROOF, frozen_banner, may_we_text
from crm_app.frame import page
from crm_app.inbox.components import timeline_card
from crm_app.inbox.state import InboxState
from crm_app.media.components import photos_card
from crm_app.merging.components import duplicates_card, merged_toast
from crm_app.people.components import names_card
from crm_app.properties.components import LINE, edit_form, origin, tie_dialog, ties_of
from crm_app.properties.state import EditState, TieState
from crm_app.ui.attrs import Click, Text
from crm_app.ui.controls import button, field, form, link
from crm_app.ui.pieces import badge, banner, card, dialog, empty_state, skeleton
from crm_app.work.components import todo_dialog, todos_beside


def _plain(words: Text, on_click: Click, testid: str) -> rx.Component:
    return button(words, kind="plain", on_click=on_click, testid=testid)


def _line(line: Line, *more: rx.Component) -> rx.Component:
    mark = rx.cond(line.badge != "", badge(line.badge, line.tone, testid="number-state"))
    return rx.el.li(
        rx.el.div(rx.el.span(line.title, class_name="tabular-nums"), mark, class_name=LINE),
        rx.el.p(line.detail, class_name="text-sm text-muted"), *more, class_name="space-y-1 py-2",
    )  # fmt: skip


def _number(line: Line) -> rx.Component:
    ask = ContactState.ask
    thread = link("Texts: ", line.last_text, href=line.href, class_name="block truncate py-1",
                  testid="contact-thread")  # fmt: skip
    verb = _plain(line.verb, ask(line.e164, line.verb), "contact-number-verb")
    stop = _plain(STOP, ask(line.e164, STOP), "contact-suppress")
    return _line(
        line,
        rx.cond(line.href != "", thread),
        rx.el.div(
            rx.cond(line.tone != "optedout", stop), rx.cond(line.verb != "", verb), class_name=LINE
        ),
    )


def _contact() -> rx.Component:
    state, shown, who = ContactState, ContactState.shown, ContactState.shown.who
    restore = _plain("Restore", state.delete(True), "contact-restore")
    gone = banner("This contact is deleted.", "held", action=restore)
    start = InboxState.start(who["id"])
    buttons = rx.el.div(
        button("Text", icon_name="send", on_click=start, testid="contact-text"),
        _plain("Edit", EditState.ask, "contact-edit"),
        _plain("Delete", state.delete(False), "contact-delete"),
        class_name="flex gap-2",
    )
    more = rx.fragment(" · ", who["other_emails"])
    also = rx.el.p("Also on this number: ", who["other_names"])
    tags = rx.foreach(shown.tags, lambda tag: badge(tag, testid="tag"))
    about = rx.fragment(
        rx.cond(who["is_company"], badge("Company or trust")),
        rx.cond(who["other_names"], also),
        rx.cond(who["email"], rx.el.p(who["email"], rx.cond(who["other_emails"], more))),
        rx.cond(shown.tags, rx.el.div(tags, class_name=LINE)),
        rx.cond(who["notes"], rx.el.p(who["notes"], class_name="whitespace-pre-wrap")),
        rx.cond(EditState.may_edit, rx.cond(who["is_deleted"], gone, buttons)),
    )
    add = _plain("Add a house", TieState.ask(0), "tie-add")
    why = form(
        rx.el.p(state.asked, class_name="font-semibold tabular-nums"),
        field("Why", name="why", required=True, hint="Kept for ever, with your name."),
        rx.cond(state.verb == LIFT, field("Proof", name="proof", required=True, hint=PROOF)),
        on_submit=state.settle, verb=state.verb, testid="contact-number-yes",
    )  # fmt: skip
    return rx.el.div(
        frozen_banner(),
        names_card(),
        duplicates_card(),
        card(rx.cond(EditState.was, edit_form("contact"), about)),
        card(rx.el.ul(rx.foreach(shown.numbers, _number)), title="Numbers"),
        todos_beside(),
        may_we_text(),
        card(ties_of(shown.houses), rx.cond(EditState.may_edit, add), title="Houses"),
        photos_card(),
        timeline_card(),
        rx.cond(shown.lists, card(rx.el.ul(rx.foreach(shown.lists, _line)), title="Lists")),
        origin(who["import_id"], who["import_name"], shown.extras),
        todo_dialog(),
        tie_dialog(),
        dialog(state.verb, why, dialog_id=NUMBER),
        class_name="space-y-4 max-w-3xl",
    )


def contact_page() -> rx.Component:
    who = ContactState.shown.who
    none = empty_state("There is no such contact.", button("All contacts", href="/contacts"))
    known = rx.cond(ContactState.is_loaded, rx.cond(who, _contact(), none), skeleton(8))
    title = rx.cond(who, who["name"], "Contact")
    return page(title, known, merged_toast(), active="contacts", back="/contacts")

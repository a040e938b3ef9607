"""/compliance/[e164]: the evidence packet of a number, for the screen and for paper."""

from typing import Any

import reflex as rx

from crm_app.evidence.components import decision, sentence
from crm_app.evidence.packet import Entry
from crm_app.evidence.state import PacketState
from crm_app.frame import page
from crm_app.ui.controls import button
from crm_app.ui.lists import entry, listed
from crm_app.ui.pieces import card, empty_state, skeleton, small


def _entry(one: Entry) -> rx.Component:
    said = rx.el.p(one.said, class_name="whitespace-pre-wrap")
    return entry([one.title], rx.cond(one.said != "", said), small(one.when))


def _part(title: str, values: Any, draw: Any) -> rx.Component:
    return card(listed(values, draw), rx.cond(values, None, small("There is none.")), title=title)


def packet_page() -> rx.Component:
    """Draw all that is kept of one number, for the screen and for paper."""
    shown = PacketState.shown
    made = f"Evidence of {shown.number}, made {shown.made}, our time."
    found = rx.fragment(
        _part("Who", shown.who, lambda words: rx.el.li(words, class_name="py-1")),
        _part("May we text?", shown.now, sentence),
        _part("Consent", shown.consents, _entry),
        _part("Opt-outs and freezes", shown.stops, _entry),
        _part("Every text", shown.texts, _entry),
        _part("Every decision", shown.decisions, decision),
        card(rx.el.p(shown.head, class_name="break-all"), title="Head of the ledger"),
    )
    stranger = empty_state("Nobody knows this number: no contact, text, opt-out or decision.")
    drawn = rx.el.div(
        rx.el.p(made, class_name="font-semibold"),
        rx.cond(shown.is_known, found, stranger),
        class_name="space-y-4 max-w-4xl packet",
        data_testid="packet",
    )
    print_it = button("Print", on_click=rx.call_script("window.print()"), testid="packet-print")
    return page(
        rx.cond(shown.number != "", shown.number, "Evidence"),
        rx.cond(shown.number != "", drawn, skeleton(8)),
        active="compliance",
        back="/compliance",
        action=print_it,
    )

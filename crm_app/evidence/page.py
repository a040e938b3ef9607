"""/compliance/[e164]: the evidence packet of a number, for the screen and for paper."""

from typing import Any

import reflex as rx

from crm_app.evidence.components import SMALL, decision, sentence
from crm_app.evidence.packet import Entry
from crm_app.evidence.state import PacketState
from crm_app.frame import page
from crm_app.ui.controls import button
from crm_app.ui.pieces import card, empty_state, skeleton


def _entry(one: Entry) -> rx.Component:
    said = rx.el.p(one.said, class_name="whitespace-pre-wrap")
    return rx.el.li(
        rx.el.p(one.title, class_name="font-semibold"), rx.cond(one.said != "", said),
        rx.el.p(one.when, class_name=f"{SMALL} tabular-nums"), class_name="py-2",
    )  # fmt: skip


def packet_page() -> rx.Component:
    """Draw all that is kept of one number, for the screen and for paper."""
    shown = PacketState.shown

    def part(title: str, values: Any, draw: Any, none: str) -> rx.Component:
        listed = rx.el.ul(rx.foreach(values, draw), class_name="rows")
        return card(rx.cond(values, listed, rx.el.p(none, class_name=SMALL)), title=title)

    def plain(words: Any) -> rx.Component:
        return rx.el.li(words, class_name="py-1")

    stranger = empty_state("Nobody knows this number: no contact, text, opt-out or decision.")
    found = rx.fragment(
        part("Who", shown.who, plain, ""),
        part("May we text?", shown.now, sentence, ""),
        part("Consent", shown.consents, _entry, "There is none."),
        part("Opt-outs and freezes", shown.stops, _entry, "There is none."),
        part("Every text", shown.texts, _entry, "There is none."),
        part("Every decision", shown.decisions, decision, "There is none."),
        card(rx.el.p(shown.head, class_name="break-all"), title="Head of the ledger"),
    )
    made = rx.el.p(
        f"Evidence of {shown.number}, made {shown.made}, our time.", class_name="font-semibold"
    )
    print_it = rx.call_script("window.print()")
    drawn = rx.el.div(
        made, rx.cond(shown.is_known, found, stranger), class_name="space-y-4 max-w-4xl packet",
        data_testid="packet",
    )  # fmt: skip
    return page(
        rx.cond(PacketState.is_loaded, shown.number, "Evidence"),
        rx.cond(PacketState.is_loaded, drawn, skeleton(8)), active="compliance",
        back="/compliance", action=button("Print", on_click=print_it, testid="packet-print"),
    )  # fmt: skip

"""/contacts/duplicates: who may be here twice, the two side by side, what was merged."""

import reflex as rx

from crm_app.frame import page
from crm_app.merging.components import merged_toast, pair, past_card, side_by_side
from crm_app.merging.state import DuplicatesState
from crm_app.ui.controls import button
from crm_app.ui.lists import pager
from crm_app.ui.pieces import card, empty_state, skeleton


def duplicates_page() -> rx.Component:
    state = DuplicatesState
    nothing = empty_state(
        "Nobody seems to be here twice.",
        button("All contacts", kind="plain", href="/contacts"), icon_name="contacts",
    )  # fmt: skip
    listed = card(
        rx.el.ul(rx.foreach(state.pairs, pair), class_name="rows"),
        rx.cond(
            state.pages > 1, pager(state.page_number, state.pages, state.turn(-1), state.turn(1))
        ),
        title=f"Maybe the same person ({state.total})",
    )
    return page(
        "Duplicates",
        rx.el.div(
            side_by_side(),
            rx.cond(state.is_loaded, rx.cond(state.pairs, listed, nothing), skeleton(8)),
            past_card(),
            class_name="space-y-4 max-w-3xl",
        ),
        merged_toast(), active="contacts", back="/contacts",
    )  # fmt: skip

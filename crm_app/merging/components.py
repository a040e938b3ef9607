"""How duplicates are drawn: the pairs, the two side by side, past merges and their undo."""

from typing import Any

import reflex as rx

from crm_app.merging.queries import Pair
from crm_app.merging.review import UNDO_DAYS, Choice, Past
from crm_app.merging.state import DuplicatesState
from crm_app.ui.attrs import RING, TARGET
from crm_app.ui.controls import button, link
from crm_app.ui.pieces import badge, card

LINE, SMALL = "flex flex-wrap items-center gap-x-3 gap-y-1", "text-sm text-muted"
_VALUE = "text-left px-3 py-2 rounded-lg border min-w-0 wrap-anywhere "
_PICKED = _VALUE + "border-accent bg-accent/5 font-semibold"


def pair(one: Pair) -> rx.Component:
    look = "py-2 font-semibold hover:underline"
    other = link(one.other, href=f"/contacts/{one.other_id}", class_name=look)
    who = link(one.name, href=f"/contacts/{one.id}", class_name=look)
    to = f"/contacts/duplicates?a={one.other_id}&b={one.id}"
    there = button("Compare", kind="plain", href=to, testid="duplicate-compare")
    here = button("Compare", kind="plain", testid="duplicate-compare",
                  on_click=DuplicatesState.compare(one.other_id, one.id))  # fmt: skip
    part = DuplicatesState.part(one.other_id, one.id)
    verbs = rx.el.div(
        rx.cond(one.other != "", here, there),
        button("Two people", kind="quiet", on_click=part, testid="duplicate-part"),
        class_name="flex gap-2",
    )
    head = rx.el.div(
        rx.cond(one.other != "", rx.fragment(other, rx.el.span("·"))),
        who,
        badge(one.sure, one.tone),
        class_name=LINE,
    )
    words = rx.el.div(head, rx.el.p(one.why, class_name=SMALL), class_name="grow min-w-0")
    return rx.el.li(words, verbs, class_name=f"{LINE} py-2", data_testid="duplicate-row")


def past(one: Past) -> rx.Component:
    back = button("Undo", kind="plain", on_click=DuplicatesState.undo(one.id), testid="merge-undo")
    words = rx.el.div(
        link(one.words, href=one.href, class_name="hover:underline"),
        rx.el.p(one.detail, class_name=SMALL),
        rx.foreach(one.stayed, lambda words: rx.el.p(words, class_name="text-sm text-held")),
        class_name="grow min-w-0",
    )
    return rx.el.li(words, rx.cond(one.may_undo, back), class_name=f"{LINE} py-2",
                    data_testid="merge-past")  # fmt: skip


def past_card() -> rx.Component:
    listed = rx.el.ul(rx.foreach(DuplicatesState.past, past), class_name="rows")
    return rx.cond(DuplicatesState.past, card(listed, title="Merged"))


def duplicates_card() -> rx.Component:
    """Draw who may be the same as the contact of this page, and who was merged into it."""
    listed = rx.el.ul(rx.foreach(DuplicatesState.pairs, pair), class_name="rows")
    shown = card(listed, title="Maybe the same person", testid="duplicates-card")
    return rx.fragment(rx.cond(DuplicatesState.pairs, shown), past_card())


def _choice(row: Choice) -> rx.Component:
    cells = []
    for value, is_right in ((row.left, False), (row.right, True)):
        marks: Any = {"data_testid": "merge-choice", "aria_pressed": row.is_right == is_right}
        look = rx.cond(row.is_right == is_right, _PICKED, _VALUE + "border-line text-muted")
        picks = rx.el.button(
            rx.cond(value, value, "none"), type="button", class_name=[RING + TARGET, look],
            on_click=DuplicatesState.choose(row.field, is_right), **marks,
        )  # fmt: skip
        plain = rx.el.p(value, class_name="px-3 whitespace-pre-wrap min-w-0 wrap-anywhere")
        cells.append(rx.cond(row.field != "", picks, plain))
    label = rx.el.h3(row.label, class_name="col-span-2 text-sm font-semibold")
    return rx.fragment(label, *cells)


def side_by_side() -> rx.Component:
    """Draw the two that are compared: whose value of each field stays, and what comes together."""
    state, both = DuplicatesState, DuplicatesState.shown
    heads = [
        rx.el.div(
            rx.el.p(words, class_name=SMALL),
            link(both.names[at], href=f"/contacts/{both.ids[at]}", class_name="font-semibold"),
            class_name="px-3 min-w-0 wrap-anywhere",
        )
        for at, words in enumerate(("Stays", "Goes into it"))
    ]
    promise = (
        "Numbers, houses, lists, texts and photos of both come together; values not chosen are kept"
        " beside. An attested list comes along only if who stays is on one, too. Each number that"
        f" opted out stays so, and no campaign goes to the others. Undo for {UNDO_DAYS} days."
    )
    verbs = rx.el.div(
        button("Merge", on_click=state.merge, testid="merge-yes"),
        button("Keep the other", kind="plain", testid="merge-swap",
               on_click=state.compare(both.ids[1], both.ids[0])),
        button("Two people", kind="plain", testid="merge-part",
               on_click=state.part(both.ids[0], both.ids[1])),
        button("Close", kind="quiet", on_click=state.close, testid="merge-close"),
        class_name="flex flex-wrap gap-2",
    )  # fmt: skip
    look = "grid grid-cols-2 gap-x-2 gap-y-1.5 items-start"
    grid = rx.el.div(*heads, rx.foreach(both.rows, _choice), class_name=look)
    drawn = card(grid, rx.el.p(promise, class_name=SMALL), verbs, title="One person?",
                 testid="side-by-side")  # fmt: skip
    return rx.cond(both.ids, drawn)


def merged_toast() -> rx.Component:
    """Say for nine seconds what was merged, with the way back."""
    slip = DuplicatesState.slip
    back = button("Undo", kind="plain", on_click=DuplicatesState.undo(slip.id), testid="merge-back")
    words = link("Merged: ", slip.words, href=slip.href, class_name="truncate underline")
    marks: Any = {"class_name": "undo", "role": "status", "key": f"{slip.id}"}
    said = rx.el.div(rx.el.div(words, back, class_name="toast"), **marks)
    return rx.cond(slip.id != 0, said)

"""The card of the do-not-call lists, for /compliance: `on_load` needs `ListsState.load`."""

import reflex as rx

from crm_app.screening.queries import ListRow
from crm_app.screening.state import LONGEST, OFF, ListsState
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button, field, form, select, text_area, upload
from crm_app.ui.lists import entry, listed
from crm_app.ui.pieces import badge, card, dialog, small

WHOLE = (
    "One number a line, or a CSV. A publisher's list replaces the one before, so several area codes"
    " belong together in one; to our own it is only added."
)


def lists_card() -> rx.Component:
    state = ListsState
    off = button("Take a number off ours", kind="plain", on_click=opens(OFF), testid="list-off")
    taking_off = form(
        field("Number", type_="tel", required=True, testid="list-off-number"),
        field("Why", required=True, hint="Kept for ever, with your name.",
              testid="list-off-why"),
        on_submit=state.take_off, verb="Take it off", testid="list-off-yes",
    )  # fmt: skip
    return card(
        listed(state.rows, _row),
        small(state.checks, data_testid="line-checks"),
        rx.cond(state.kinds, _loading()),
        dialog("Take a number off our own list", taking_off, dialog_id=OFF),
        title="Do-not-call lists",
        action=rx.cond(state.may_take_off, off),
        testid="lists-card",
    )


def _row(row: ListRow) -> rx.Component:
    age = badge(row.age, rx.cond(row.is_stale, "held", "plain"), testid="list-age")
    refused = rx.el.p(row.refused, class_name="text-sm", data_testid="list-refused")
    told = rx.cond(row.refused != "", refused)
    return entry([row.name, age], small(row.about), told, testid="list-row")


def _loading() -> rx.Component:
    state = ListsState
    box = text_area("Its numbers", rows=4, hint=WHOLE, max_length=LONGEST, testid="list-words")
    return rx.el.div(
        select("Load", state.kinds, state.kind, state.choose, "list-kind"),
        field("Made on", type_="date", value=state.dated, on_change=state.write_date,
              testid="list-dated"),
        form(
            rx.el.div(box, key=f"box-{state.fills}"),
            on_submit=state.fill, verb="Load", testid="list-load",
        ),
        upload("or its file: ", to=f"/screening/{state.kind}?dated={state.dated}", name="list"),
        class_name="space-y-4",
    )  # fmt: skip

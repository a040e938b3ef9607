"""The card of the do-not-call lists, for /compliance: `on_load` needs `ListsState.load`."""

from typing import Any

import reflex as rx

from crm_app.screening.queries import ListRow
from crm_app.screening.state import LONGEST, OFF, ListsState
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button, field, select, text_area
from crm_app.ui.pieces import badge, banner, card, dialog

WHOLE = (
    "One number a line, or a CSV. A publisher's list replaces the one before, so several area codes"
    " belong together in one; to our own it is only added."
)


def lists_card() -> rx.Component:
    state = ListsState
    off = button("Take a number off ours", kind="plain", on_click=opens(OFF), testid="list-off")
    checks = rx.cond(
        state.checks_well,
        rx.el.p(state.checks, class_name="text-sm text-muted", data_testid="line-checks"),
        banner(state.checks, "held", testid="line-checks"),
    )
    return card(
        rx.el.ul(rx.foreach(state.rows, _row)),
        checks,
        rx.cond(state.kinds, _loading()),
        dialog("Take a number off our own list", _taking_off(), dialog_id=OFF),
        title="Do-not-call lists",
        action=rx.cond(state.may_take_off, off),
        testid="lists-card",
    )


def _row(row: ListRow) -> rx.Component:
    tone = rx.cond(row.is_stale, "held", "plain")
    head = rx.el.div(
        rx.el.span(row.name, class_name="font-semibold"),
        badge(row.words, tone, testid="list-age"),
        class_name="flex flex-wrap items-center gap-x-3 gap-y-1",
    )
    dated = rx.cond(row.dated != "", f", of {row.dated}, loaded {row.loaded}", "")
    about = rx.el.p("Numbers: ", row.count, dated, class_name="text-sm text-muted tabular-nums")
    said = f"Lines refused: {row.refused_count} ("
    lines = rx.el.p(said, row.refused, ")", class_name="text-sm", data_testid="list-refused")
    refused = rx.cond(row.refused_count > 0, lines)
    return rx.el.li(head, about, refused, class_name="space-y-1 py-2", data_testid="list-row")


def _loading() -> rx.Component:
    state = ListsState
    wrong: Any = {"data_testid": "list-error", "data_upload_error": "true"}
    file = rx.el.label(  # choosing sends it (assets/app.js)
        "or its file: ",
        rx.el.input(id="list-file", type="file", accept=".csv,.txt,text/csv",
                    class_name="w-full max-w-64 text-sm", data_testid="list-file"),
        class_name="flex flex-wrap items-center gap-3 cursor-pointer",
        data_drop=f"/screening/{state.kind}?dated={state.dated}",
    )  # fmt: skip
    box = text_area("Its numbers", name="list-words", rows=4, hint=WHOLE, max_length=LONGEST,
                    testid="list-words")  # fmt: skip
    paste = rx.el.form(
        rx.el.div(box, key=f"box-{state.fills}"),
        button("Load", type_="submit", testid="list-load"),
        on_submit=state.fill, class_name="space-y-4",
    )  # fmt: skip
    return rx.el.div(
        select("Load", state.kinds, state.kind, state.choose, "list-kind"),
        field("Made on", type_="date", value=state.dated, on_change=state.write_date,
              testid="list-dated"),
        paste, file,
        rx.el.p(data_upload_progress="", role="status"),
        rx.el.p(class_name="text-blocked", role="alert", **wrong),
        class_name="space-y-4",
    )  # fmt: skip


def _taking_off() -> rx.Component:
    return rx.el.form(
        field("Number", name="list-off-number", type_="tel", required=True,
              testid="list-off-number"),
        field("Why", name="list-off-why", required=True, hint="Kept for ever, with your name.",
              testid="list-off-why"),
        button("Take it off", type_="submit", testid="list-off-yes", wide=True),
        on_submit=ListsState.take_off, class_name="space-y-4",
    )  # fmt: skip

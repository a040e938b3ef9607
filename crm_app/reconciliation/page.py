"""/admin/reconciliation: what OpenPhone has and we had not, by day and by button."""

import reflex as rx

from crm_app.frame import page
from crm_app.people.components import names_card
from crm_app.reconciliation.queries import FoundRow, RunRow, WeekRow
from crm_app.reconciliation.state import ReconciliationState
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button
from crm_app.ui.lists import entry, list_row, listed, older, rows, table, table_row
from crm_app.ui.pieces import badge, card, confirm, empty_state, progress, skeleton, small, when

ALL = "import-history"
LINE = "flex flex-wrap items-center gap-2"


def reconciliation_page() -> rx.Component:
    state = ReconciliationState
    now = button("Compare now", on_click=state.begin("48 hours"), testid="reconcile-now")
    week = button("Compare weeks", kind="plain", on_click=state.begin("weeks"),
                  testid="reconcile-weeks")  # fmt: skip
    every = button("Import all history", kind="plain", on_click=opens(ALL), testid="reconcile-all")
    none = "None yet: each night at 2:00 UTC the last 48 hours are compared."
    more = rx.cond(state.has_more, older(state.more, "recovered-more"))
    lost = rx.fragment(rows(rx.foreach(state.found, _found)), more)
    well = empty_state("Every text and call came by itself.", icon_name="check")
    well = rx.cond(state.doubt != "", empty_state(state.doubt), well)
    heads = ("Week of", "Texts", "Calls", "Missing")
    by_week = card(
        table(heads, rx.foreach(state.weeks, _week)), title="By week: at OpenPhone · here"
    )
    return page(
        "Reconciliation",
        rx.el.div(now, week, rx.cond(state.may_import, every), class_name=LINE),
        rx.cond(state.is_loaded, rx.fragment(
            rx.cond(state.reliability != "", rx.el.p(
                state.reliability, class_name="tabular-nums", data_testid="webhook-reliability")),
            card(listed(state.runs, _run, none, icon_name="inbox"), title="Comparisons"),
            rx.cond(state.weeks, by_week),
            names_card(),
            card(rx.cond(state.found, lost, well), title="What webhooks did not bring"),
        ), skeleton(6)),
        confirm(
            "Import all history from OpenPhone?",
            "It reads every conversation there, ten requests a second beside the texts, and can be"
            " paused. Whoever wrote STOP is stopped; nothing old turns up as unread.",
            yes="Import", on_yes=state.begin("all"), dialog_id=ALL, testid="reconcile-all-yes",
        ),
        active="admin", back="/admin",
    )  # fmt: skip


def _run(run: RunRow) -> rx.Component:
    turn = ReconciliationState.turn
    pause = button("Pause", kind="plain", on_click=turn(run.id, "pause"), testid="run-pause")
    on = button("Go on", kind="plain", on_click=turn(run.id, "go on"), testid="run-go-on")
    stop = button("Cancel", kind="quiet", on_click=turn(run.id, "cancel"), testid="run-cancel")
    buttons = rx.fragment(rx.cond(run.is_paused, on, pause), stop)
    return entry(
        [run.what, badge(run.state, run.tone)],
        rx.el.p(run.progress, class_name="tabular-nums"),
        rx.cond(run.is_open & (run.total > 0), progress(run.done, run.total, run.way),
                small(run.way)),
        rx.cond(run.unplaced != "", rx.el.p(
            "Not taken in (groups, short codes, what cannot be read); look in OpenPhone: ",
            run.unplaced)),
        rx.cond(run.error != "", rx.el.p(run.error, class_name="text-blocked")),
        rx.cond(run.is_open, rx.el.div(buttons, class_name=LINE)),
        at=run.when, testid="reconciliation",
    )  # fmt: skip


def _found(one: FoundRow) -> rx.Component:
    at = when(one.when, one.exact)
    return list_row(href=one.href, title=one.name, detail=one.body, meta=at, testid="recovered")


def _week(one: WeekRow) -> rx.Component:
    missing = rx.cond(one.missing > 0, badge(f"{one.missing}", "blocked"), "0")
    return table_row(one.week, one.texts, one.calls, missing, testid="week")

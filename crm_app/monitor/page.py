"""/admin/health: do texts arrive, how fast, and what is wrong."""

import reflex as rx

from crm_app.frame import page
from crm_app.monitor.queries import OFF, CheckRow
from crm_app.monitor.state import HealthState
from crm_app.ui.controls import button
from crm_app.ui.lists import listed
from crm_app.ui.pieces import badge, banner, card, skeleton, stat, when


def off() -> rx.Component:
    """Say loudly that nobody checks."""
    return banner(f"The health check is off. {OFF}.", "blocked", testid="health-off")


def health_page() -> rx.Component:
    state = HealthState
    now = button("Check now", on_click=state.check_now, testid="check-now")
    wrong = rx.foreach(state.wrong, lambda words: banner(words, "blocked", testid="trouble"))
    figures = rx.foreach(state.figures, lambda one: stat(one[0], one[1], testid="health-figure"))
    look = "flex flex-row-reverse flex-wrap-reverse justify-end gap-1"
    strip = rx.el.ul(rx.foreach(state.rows, _cell), class_name=look, data_testid="health-day")
    none = "No check yet: the first comes an hour after the first start."
    what = f"Each hour {state.numbers}; its webhook has to come. The last 24 hours:"
    checks = card(rx.el.p(what, class_name="text-muted"), strip, title="Health check", action=now)
    return page(
        "Health",
        rx.cond(state.is_loaded, rx.fragment(
            rx.el.div(wrong, class_name="space-y-2 empty:hidden"),
            rx.cond(state.numbers, checks, off()),
            rx.el.div(figures, class_name="grid gap-3 grid-cols-2 lg:grid-cols-3"),
            card(listed(state.rows, _row, none, icon_name="inbox"),
                 title="Today's checks, and what failed before"),
        ), skeleton(8)),
        active="admin", back="/admin",
    )  # fmt: skip


def _cell(check: CheckRow) -> rx.Component:
    said = f"{check.exact}: {check.badge}, {check.detail}"
    mark = rx.el.span(class_name="tone-icon", aria_hidden="true")
    look = f"badge tone-{check.tone} h-7 min-w-7 justify-center"
    cell = rx.el.li(mark, rx.el.span(said, class_name="sr-only"), title=said, class_name=look)
    return rx.cond(check.is_today, cell)


def _row(check: CheckRow) -> rx.Component:
    at = rx.el.span(when(check.when, check.exact), class_name="ml-auto text-sm text-muted")
    said = rx.el.span(check.detail, class_name="min-w-0")
    return rx.el.li(
        badge(check.badge, check.tone), said, at, data_testid="check",
        class_name="flex flex-wrap items-center gap-2 py-3",
    )  # fmt: skip

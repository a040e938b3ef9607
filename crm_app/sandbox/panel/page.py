"""/admin/sandbox: the pretend OpenPhone's faults and switches, and what it did lately."""

import reflex as rx

from crm_app.frame import page
from crm_app.sandbox.panel.state import SandboxState
from crm_app.sandbox.panel.switchboard import Group, Knob, Told
from crm_app.ui.controls import button, checkbox, field, select
from crm_app.ui.lists import table, table_row
from crm_app.ui.pieces import badge, card, empty_state, skeleton, stat


def sandbox_page() -> rx.Component:
    """Draw the strip, the switchboard, and sending an event."""
    state = SandboxState
    off = button("All off", kind="plain", on_click=state.all_off, testid="faults-off")
    look = "lg:columns-2 gap-4 space-y-4"
    groups = rx.el.div(rx.foreach(state.groups, _group), class_name=look)
    return page(
        "Sandbox",
        rx.cond(state.groups, rx.fragment(_strip(), groups, _last()), skeleton(8)),
        active="admin", back="/admin", action=off,
    )  # fmt: skip


def _strip() -> rx.Component:
    counts = rx.foreach(SandboxState.lately.counts, lambda one: stat(one[0], one[1]))
    look = "grid grid-cols-2 sm:grid-cols-3 lg:grid-cols-6 gap-2"
    why = rx.foreach(SandboxState.lately.refused, lambda one: table_row(one[0], one[1]))
    refused = card(table(["Why refused", "How often"], why), title="Requests refused")
    return rx.el.div(
        rx.el.div(counts, class_name=look, data_testid="sandbox-lately"),
        rx.cond(SandboxState.lately.refused, refused),
        class_name="space-y-4 mb-4",
    )


def _group(group: Group) -> rx.Component:
    knobs = rx.foreach(group.knobs, _knob)
    grid = rx.el.div(knobs, class_name="grid gap-3 sm:grid-cols-2 items-end")
    return rx.el.div(card(grid, title=group.title), class_name="break-inside-avoid")


def _knob(knob: Knob) -> rx.Component:
    mark = f"knob-{knob.name}"
    value = rx.Var.create(knob.value)
    turn = lambda given: SandboxState.turn(knob.name, given)  # noqa: E731 - a handler of the browser
    chosen = select(knob.label, knob.options, value, turn, mark)  # pyright: ignore[reportArgumentType]
    flag = checkbox(knob.label, knob.value != "", lambda on: SandboxState.flip(knob.name, on), mark)
    number = field(
        knob.label, name=mark, testid=mark, default_value=value, on_blur=turn,
        input_mode="decimal", auto_complete="off", key=f"{knob.name}{knob.value}",
    )  # fmt: skip
    is_list = (knob.kind == "rate") | (knob.kind == "choice")
    drawn = rx.cond(is_list, chosen, rx.cond(knob.kind == "flag", flag, number))
    edge = rx.cond(knob.is_on, "border-sandbox", "border-transparent")
    return rx.el.div(drawn, class_name=f"border-l-4 pl-2 {edge}")


def _last() -> rx.Component:
    state = SandboxState
    kinds = select("An event of this kind", state.kinds, state.kind, state.choose, "event-kind")
    send = button("Send it", kind="plain", on_click=state.send, testid="event-send")
    row = rx.el.div(rx.el.div(kinds, class_name="grow"), send, class_name="flex items-end gap-2")
    told = rx.el.ul(rx.foreach(state.lately.last, _told), class_name="rows")
    listed = rx.cond(state.lately.last, told, empty_state("Nothing was told yet."))
    look = "grid gap-4 lg:grid-cols-2 items-start mt-4"
    return rx.el.div(
        card(row, title="Send a test event"), card(listed, title="Webhooks lately"), class_name=look
    )


def _told(one: Told) -> rx.Component:
    kind = rx.el.span(one.kind, class_name="font-semibold [overflow-wrap:anywhere]")
    said = rx.el.span(one.detail, class_name="ml-auto text-sm text-muted tabular-nums")
    look = "flex flex-wrap items-center gap-2 py-2"
    return rx.el.li(kind, badge(one.state, one.tone), said, class_name=look, data_testid="told")

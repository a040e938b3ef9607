"""/admin/webhooks: every delivery that did not do what it should, with what can be done."""

import reflex as rx

from crm_app.admin.webhooks_state import DETAIL, SINCE, WebhooksState
from crm_app.frame import page
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button, field, form
from crm_app.ui.lists import entry, listed, older, table, table_row, tabs
from crm_app.ui.pieces import badge, banner, card, confirm, dialog, skeleton
from crm_app.webhooks.queries import DeliveryRow

VIEWS = [("Failed", "failed"), ("No effect", "unknown"), ("Refused", "refused"), ("All", "all")]
ALL = "replay-all"


def webhooks_page() -> rx.Component:
    """Draw the deliveries by view, and the dialogs of their replay."""
    state = WebhooksState
    deaf = rx.cond(state.deaf, banner(f"{state.deaf}.", "blocked", testid="deaf"), rx.fragment())
    again = button("Replay all", on_click=opens(ALL), kind="plain", testid="replay-all-open")
    since = button("Replay since", on_click=opens(SINCE), kind="quiet", testid="replay-since-open")
    ways = rx.el.div(again, since, class_name="flex flex-wrap gap-2 pb-3")
    may_replay = rx.cond(state.view != "refused", ways)  # they were never believed
    why = rx.foreach(state.reasons, lambda one: table_row(one[0], one[1], testid="refused-reason"))
    counted = card(table(["Why refused", "How often"], why), title="Refused, ever")
    return page(
        "Webhooks", deaf,
        tabs(VIEWS, state.view, lambda key: state.choose(key), "webhooks-view"),
        rx.cond(state.view == "refused", counted),
        rx.cond(state.is_loaded, card(may_replay, _rows()), skeleton(6)),
        _dialogs(), active="admin", back="/admin",
    )  # fmt: skip


def _rows() -> rx.Component:
    state = WebhooksState
    more = rx.cond(state.is_oldest, rx.fragment(), older(state.older, "webhooks-older"))
    return rx.fragment(listed(state.rows, _row, "Nothing here: that is good."), more)


def _row(row: DeliveryRow) -> rx.Component:
    look = button("Look", kind="quiet", on_click=WebhooksState.look(row.id), testid="delivery-look")
    why = rx.el.span(row.because, class_name="grow min-w-0")
    below = rx.el.div(why, look, class_name="flex flex-wrap items-center gap-2")
    return entry([row.kind, badge(row.badge, row.tone)], below, at=row.at, testid="delivery")


def _dialogs() -> rx.Component:
    state, shown = WebhooksState, WebhooksState.shown
    head = rx.foreach(shown.headers, lambda one: rx.el.p(f"{one[0]}: {one[1]}"))
    code = "whitespace-pre-wrap break-all text-sm font-mono"
    once = button("Replay", on_click=state.replay(shown.id), testid="replay-one")
    since = form(
        field("Since", name="since", type_="datetime-local", required=True, testid="since"),
        verb="Replay", testid="replay-since-yes", on_submit=state.replay_since,
    )  # fmt: skip
    return rx.fragment(
        dialog(
            shown.kind, rx.el.p(f"{shown.at}, {shown.because}"), rx.el.div(head, class_name=code),
            rx.el.pre(shown.body, class_name=f"{code} max-h-96 overflow-auto", data_testid="body"),
            rx.cond(shown.may_replay, once), dialog_id=DETAIL,
        ),
        dialog("Apply again all that came since", since, dialog_id=SINCE),
        confirm(
            "Apply again all that had no effect?",
            "What was applied before stays as it is: a delivery counts once.",
            yes="Replay all", on_yes=state.replay(0), dialog_id=ALL, testid="replay-all-yes",
        ),
    )  # fmt: skip

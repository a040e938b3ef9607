"""/inbox: on a desktop three panes, list, thread and person; on a phone the list, then a thread."""

from typing import Any

import reflex as rx

from crm_app.evidence.components import frozen_banner, may_we_text
from crm_app.frame import page
from crm_app.inbox.components import open_thread
from crm_app.inbox.queries import InboxRow
from crm_app.inbox.state import InboxState, ThreadState
from crm_app.sandbox.components import homeowner_drawer
from crm_app.settings import settings
from crm_app.ui.attrs import icon
from crm_app.ui.controls import icon_button, link, outside
from crm_app.ui.lists import list_row, older, rows, tabs
from crm_app.ui.pieces import avatar, badge, card, empty_state, skeleton, when
from crm_app.work.components import todo_dialog, todos_beside

VIEWS = [("Open", "open"), ("Unread", "unread"), ("Unanswered", "unanswered"), ("All", "all")]


def _row(row: InboxRow) -> rx.Component:
    stopped = rx.cond(row.is_opted_out, badge("Opted out", "optedout"))
    return list_row(
        href=f"/inbox/{row.id}", title=row.name, detail=row.text, meta=when(row.when, row.exact),
        lead=avatar(row.initials),
        badge=rx.cond(row.is_unanswered, badge("Unanswered", "held"), stopped),
        unread=row.is_unread, selected=ThreadState.shown.id == row.id, testid="inbox-row",
    )  # fmt: skip


def _list() -> rx.Component:
    more = rx.cond(InboxState.has_more, older(InboxState.more, "inbox-more"))
    nothing = rx.cond(
        InboxState.view == "open",
        empty_state("Nobody has written yet. Answers to your texts appear here by themselves."),
        empty_state("No conversation fits."),
    )
    listed = rx.fragment(rows(rx.foreach(InboxState.rows, _row), testid="inbox"), more)
    views = tabs(VIEWS, InboxState.view, lambda key: InboxState.choose(key), "inbox-filter")
    found = rx.cond(InboxState.rows, listed, nothing)
    return rx.fragment(
        rx.el.div(views, class_name="px-1 [&_button]:px-2.5"),
        rx.el.div(
            rx.cond(InboxState.is_loaded, found, skeleton(8)),
            class_name="grow min-h-0 overflow-y-auto p-1",
        ),
    )


def _facts(title: str, values: Any) -> rx.Component:
    name = rx.el.dt(title, class_name="text-sm text-muted")
    return rx.cond(values, rx.el.div(name, rx.foreach(values, lambda value: rx.el.dd(value))))


def _beside() -> rx.Component:
    shown, contact = ThreadState.shown, f"/contacts/{ThreadState.shown.contact_id}"
    look, tap = "text-lg font-semibold min-w-0 hover:underline", "flex min-h-11 items-center gap-2"
    name = link(shown.name, href=contact, testid="thread-contact", class_name=look)
    close = icon_button("close", "Close", on_click=ThreadState.turn_beside)
    call = rx.fragment(icon("phone", "size-4"), f"Call {shown.number}")
    stop = card(badge("Opted out", "optedout", testid="suppressed"), rx.el.p(shown.opted_out))
    known = (("Numbers", shown.numbers), ("Houses", shown.houses), ("Lists", shown.lists))
    return rx.el.aside(
        rx.el.div(name, rx.el.span(close, class_name="xl:hidden"), class_name="bar"),
        outside(call, href=f"tel:{shown.e164}", class_name=f"{tap} text-accent-text"),
        rx.cond(shown.opted_out != "", stop),
        todos_beside(),
        may_we_text(),
        rx.el.dl(*(_facts(*one) for one in known), class_name="space-y-3"),
        *([homeowner_drawer(shown.e164)] if settings().is_sandbox else []),
        class_name=rx.cond(ThreadState.is_beside, "beside beside-sheet", "beside hidden xl:block"),
        data_testid="thread-context",
        aria_label="Who this is",
    )


def _panes(*, is_thread: bool) -> list[Any]:
    side, wide = ("hidden lg:flex", "flex") if is_thread else ("flex", "hidden lg:flex")
    return [
        rx.el.section(_list(), class_name=f"pane pane-list {side}", aria_label="Conversations"),
        rx.el.section(
            frozen_banner() if is_thread else None, open_thread(),
            class_name=f"pane grow {wide}", aria_label="Conversation",
        ),
        rx.cond(ThreadState.shown.id != 0, _beside()) if is_thread else rx.fragment(),
    ]  # fmt: skip


def inbox_page() -> rx.Component:
    return page("Inbox", *_panes(is_thread=False), fill=True, head_look="lg:hidden")


def thread_page() -> rx.Component:
    panes = (*_panes(is_thread=True), todo_dialog())
    return page(ThreadState.shown.name, *panes, fill=True, head_look="sr-only")

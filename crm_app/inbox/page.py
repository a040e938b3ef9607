"""/inbox: on a desktop three panes, list, thread and person; on a phone the list, then a thread."""

from typing import Any

import reflex as rx

from crm_app.frame import page
from crm_app.inbox.components import open_thread
from crm_app.inbox.queries import InboxRow
from crm_app.inbox.state import InboxState, ThreadState
from crm_app.sandbox.components import homeowner_drawer
from crm_app.settings import settings
from crm_app.ui.forms import button, icon_button, search_field, select
from crm_app.ui.icons import icon
from crm_app.ui.links import link, outside
from crm_app.ui.lists import list_row, rows, tabs
from crm_app.ui.pieces import avatar, badge, card, chip, empty_state, skeleton, when

VIEWS = [("Open", "open"), ("Unread", "unread"), ("Unanswered", "unanswered"), ("All", "all")]
BESIDE = "w-full lg:w-72 xl:w-80 shrink-0 overflow-y-auto p-4 space-y-4 lg:border-l border-line "
SHEET = (
    "fixed inset-x-0 bottom-0 z-30 max-h-[85dvh] rounded-t-2xl bg-surface shadow-float "
    "lg:static lg:max-h-none lg:rounded-none lg:bg-transparent lg:shadow-none"
)
PANE = "min-h-0 min-w-0 flex-col "


def _row(row: InboxRow) -> rx.Component:
    tone = rx.cond(row.tone == "fine", "plain", row.tone)
    state = rx.cond(row.is_unanswered, badge("Unanswered", "held"), badge(row.state, tone))
    return list_row(
        href=f"/inbox/{row.id}",
        title=row.name,
        detail=row.text,
        meta=when(row.when, row.exact),
        lead=avatar(row.initials),
        badge=rx.cond(row.is_unanswered | (row.state != ""), state),
        unread=row.is_unread,
        selected=ThreadState.shown.id == row.id,
        testid="inbox-row",
    )


def _inbox_list() -> rx.Component:
    """Draw search, views, and the threads."""
    more = button("Show older", kind="quiet", on_click=InboxState.more, testid="inbox-more")
    nothing = rx.cond(
        (InboxState.view == "open") & (InboxState.text == ""),
        empty_state("Nobody has written yet. Answers to your texts appear here by themselves."),
        empty_state("No conversation fits.", icon_name="search"),
    )
    listed = rx.cond(
        InboxState.rows,
        rx.fragment(
            rows(rx.foreach(InboxState.rows, _row), testid="inbox"),
            rx.cond(InboxState.has_more, rx.el.div(more, class_name="flex justify-center py-3")),
        ),
        nothing,
    )
    return rx.el.div(
        rx.el.div(
            search_field(InboxState.text, InboxState.search, "Name or last digits"),
            class_name="px-3 pt-3 flex",
        ),
        rx.el.div(
            tabs(VIEWS, InboxState.view, lambda key: InboxState.choose(key), "inbox-filter"),
            class_name="px-1 [&_button]:px-2.5",
        ),
        rx.el.div(
            rx.cond(InboxState.is_loaded, listed, skeleton(8)),
            class_name="grow min-h-0 overflow-y-auto p-1",
        ),
        class_name="flex flex-col min-h-0 h-full",
    )


def _facts(title: str, values: Any) -> rx.Component:
    return rx.cond(
        values,
        rx.el.div(
            rx.el.dt(title, class_name="text-sm text-muted"),
            rx.foreach(values, lambda value: rx.el.dd(value)),
        ),
    )


def _beside() -> rx.Component:
    """Draw who the person is: a pane on a desktop, a sheet from below on a phone."""
    shown = ThreadState.shown
    stop = card(
        badge("Opted out", "optedout", testid="suppressed"),
        rx.el.p(shown.opted_out),
        rx.cond(shown.opted_out_because != "", rx.el.p("“", shown.opted_out_because, "”")),
    )
    whose = select(
        "Assigned to", ThreadState.users, shown.assigned_to, ThreadState.assign, "thread-assign"
    )
    about = rx.el.dl(
        _facts("Numbers", shown.numbers), _facts("Houses", shown.houses), class_name="space-y-3"
    )
    lists = rx.cond(
        shown.lists,
        rx.el.div(
            rx.foreach(shown.lists, lambda name: chip(name)), class_name="flex flex-wrap gap-1"
        ),
    )
    campaign = link(
        "Campaign of the last text",
        href=f"/campaigns/{shown.campaign_id}",
        testid="thread-campaign",
    )
    head = rx.el.div(
        link(shown.name, href=f"/contacts/{shown.contact_id}", testid="thread-contact",
             class_name="text-lg font-semibold truncate hover:underline"),
        rx.el.span(
            icon_button("close", "Close", on_click=ThreadState.turn_beside), class_name="lg:hidden"
        ),
        class_name="bar",
    )  # fmt: skip
    call = outside(
        icon("phone", "size-4"), "Call ", shown.number, href=f"tel:{shown.e164}",
        class_name="inline-flex items-center gap-2 text-accent-text min-h-11",
    )  # fmt: skip
    their_phone = [homeowner_drawer(shown.e164)] if settings().is_sandbox else []
    return rx.el.aside(
        head,
        call,
        rx.cond(shown.opted_out != "", stop),
        about,
        lists,
        rx.cond(shown.campaign_id != 0, campaign),
        rx.cond(ThreadState.users, whose),
        *their_phone,
        class_name=rx.cond(ThreadState.is_beside, BESIDE + SHEET, BESIDE + "hidden lg:block"),
        custom_attrs={"data-testid": "thread-context", "aria-label": "Who this is"},
    )


def _panes(*, is_thread: bool) -> list[Any]:
    """Return the panes; on a phone only the list, or only the thread."""
    alone = "hidden lg:flex " if is_thread else "flex "
    return [
        rx.el.section(
            _inbox_list(),
            class_name=PANE + alone + "w-full lg:w-72 xl:w-80 lg:border-r border-line shrink-0",
            custom_attrs={"aria-label": "Conversations"},
        ),
        rx.el.section(
            open_thread(),
            class_name=PANE + ("flex grow" if is_thread else "hidden lg:flex grow"),
            custom_attrs={"aria-label": "Conversation"},
        ),
        rx.cond(ThreadState.shown.id != 0, _beside()) if is_thread else rx.fragment(),
    ]


def inbox_page() -> rx.Component:
    """Draw the list of conversations."""
    panes = _panes(is_thread=False)
    return page("Inbox", *panes, active="inbox", fill=True, head_look="lg:hidden")


def thread_page() -> rx.Component:
    """Draw one conversation, on a desktop beside the list."""
    panes = _panes(is_thread=True)
    return page(ThreadState.shown.name, *panes, active="inbox", fill=True, head_look="sr-only")

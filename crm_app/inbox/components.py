"""What a thread is drawn from: its texts, the reply box, and what can be done with it."""

from typing import Any

import reflex as rx

from crm_app.inbox.state import NIGHT, DecideState, ThreadState
from crm_app.inbox.thread import ThreadMessage
from crm_app.inbox.timeline_state import TimelineState
from crm_app.media.components import file, thread_viewer
from crm_app.ui.attrs import icon
from crm_app.ui.controls import button, icon_button, link, outside, text_area
from crm_app.ui.frame import way_back
from crm_app.ui.lists import bubble, listed, older
from crm_app.ui.pieces import avatar, badge, card, dialog, empty_state, when
from crm_app.work.state import TodoState


def decision(outbox_id: Any, is_uncertain: Any) -> rx.Component:
    """Draw the choices for an outbox row that waits for a person; nothing for id 0."""

    def press(words: str, verb: str) -> rx.Component:
        on_click = DecideState.decide(outbox_id, verb)
        return button(words, kind="plain", on_click=on_click, testid=f"decide-{verb}")

    arrived = rx.cond(is_uncertain, press("It arrived", "arrived"))
    choices = (arrived, press("Send it", "again"), press("Give up", "give_up"))
    return rx.cond(outbox_id != 0, rx.el.div(*choices, class_name="flex flex-wrap gap-2 py-1"))


def _message(message: ThreadMessage) -> rx.Component:
    tones = [(tone, f"text-{tone}") for tone in ("blocked", "held", "waiting")]
    look = rx.match(message.state_tone, *tones, "")
    href = f"/campaigns/{message.campaign_id}"
    campaign = link(message.campaign, href=href, class_name="underline", testid="message-campaign")
    state = rx.el.span(message.state, class_name=look, data_testid="message-state")
    meta = rx.fragment(
        rx.cond(message.campaign != "", rx.fragment(campaign, " · ")),
        rx.cond(message.writer != "", rx.el.span(message.writer, " · ")),
        when(message.time, message.exact),
        rx.cond(message.state != "", rx.fragment(" · ", state)),
    )
    day = rx.el.div(message.day, class_name="py-2 text-center text-xs font-semibold text-muted")
    tel, tone = f"tel:{ThreadState.shown.e164}", message.tone
    back = outside("Call back", href=tel, class_name="call-back")
    files = rx.foreach(message.files, file)
    call = rx.el.div(
        icon("phone"), rx.el.div(files, message.body, rx.cond(tone == "missed", back)),
        class_name="call",
    )  # fmt: skip
    is_call = (tone == "call") | (tone == "missed")
    body = rx.cond(is_call, call, rx.fragment(files, message.body))
    said = bubble(body, message.side, meta, tone, testid=f"message-{message.side}")
    line = rx.el.p(message.body, " · ", when(message.time, message.exact), class_name="event",
                   data_testid="thread-event")  # fmt: skip
    return rx.el.div(
        rx.cond(message.day != "", day), rx.cond(tone == "event", line, said),
        decision(message.asks, message.is_uncertain), key=message.key,
    )  # fmt: skip


def timeline_card() -> rx.Component:
    """Draw what happened with a contact or a house, newest first; the page loads TimelineState."""

    def told(one: ThreadMessage) -> rx.Component:
        side = rx.cond(one.side == "in", icon("inbox", "size-4"), icon("send", "size-4"))
        called = [(tone, icon("phone", "size-4")) for tone in ("call", "missed")]
        mark = rx.match(one.tone, ("event", icon("info", "size-4")), *called, side)
        said = rx.fragment(one.body, rx.foreach(one.files, lambda file: badge(file.name)))
        thread = link(said, href=one.href, class_name="hover:underline", testid="timeline-thread")
        campaign = link(one.campaign, href=f"/campaigns/{one.campaign_id}", class_name="underline")
        meta = rx.el.div(
            mark, when(one.time, one.exact), rx.el.span(one.who),
            rx.cond(one.campaign != "", campaign), rx.el.span(one.state),
            class_name="flex flex-wrap items-center gap-x-2 text-sm text-muted",
        )  # fmt: skip
        day = rx.el.p(one.day, class_name="pt-2 text-xs font-semibold text-muted")
        body = rx.cond(one.href != "", thread, said)
        look = "min-w-0 break-words whitespace-pre-wrap"
        return rx.el.li(
            rx.cond(one.day != "", day), meta, rx.el.div(body, class_name=look),
            class_name="space-y-1 py-2", key=one.key, data_testid="timeline-row",
        )  # fmt: skip

    found = listed(TimelineState.rows, told, "Nothing was said yet.", icon_name="inbox")
    more = older(TimelineState.earlier, "timeline-more", "Show earlier")
    more = rx.cond(TimelineState.has_earlier, more)
    return card(found, more, title="Timeline", testid="timeline")


def _foot() -> rx.Component:
    """Draw the reply box, or why there is none; what is written in it outlives a refresh."""
    shown = ThreadState.shown
    field = text_area("Reply", name="reply", testid="reply", rows=1, placeholder="Write a text")
    box = rx.el.form(
        rx.el.input(type="hidden", name="thread", value=f"{shown.id}"),
        rx.el.input(type="hidden", name="nonce", value=f"{ThreadState.nonce}"),
        rx.el.div(field, class_name="grow min-w-0 [&_label]:sr-only"),
        button("Send", type_="submit", icon_name="send", testid="reply-send"),
        on_submit=ThreadState.send, key=f"{shown.id}", class_name="flex items-end gap-2",
    )  # fmt: skip
    stop = rx.el.p(
        icon("alert", "size-5 shrink-0"), shown.opted_out,
        class_name="flex items-center gap-2 text-muted min-h-11", data_testid="opted-out-note",
    )  # fmt: skip
    ask = ThreadState.send_at_night
    night = dialog(
        "It is night there", rx.el.p(ThreadState.question),
        rx.el.div(
            button("Send it now", kind="plain", on_click=ask(False), testid="night-now"),
            button("At 8:00", on_click=ask(True), testid="night-later"),
            class_name="flex flex-wrap justify-end gap-2",
        ),
        dialog_id=NIGHT,
    )  # fmt: skip
    drawn = rx.cond(shown.opted_out != "", stop, box)  # who may read a thread may answer in it
    return rx.el.div(drawn, night, class_name="border-t border-line p-3 shrink-0")


def _head() -> rx.Component:
    shown, turn = ThreadState.shown, ThreadState.turn_beside
    who = rx.el.div(
        rx.el.h2(shown.name, class_name="font-semibold truncate"),
        rx.el.p(shown.number, class_name="text-sm text-muted tabular-nums"),
        class_name="min-w-0 grow",
    )
    todo = icon_button("today", "Add to-do", on_click=TodoState.ask(""), testid="thread-todo")
    beside = icon_button("info", "Who this is", on_click=turn, testid="thread-beside")
    return rx.el.div(
        way_back("/inbox"),
        rx.el.span(avatar(shown.initials), class_name="hidden lg:inline"),
        who,
        rx.el.span(todo, class_name="hidden sm:inline"),
        icon_button("inbox", "Mark unread", on_click=ThreadState.unread, testid="mark-unread"),
        icon_button("check", "Mark done", on_click=ThreadState.done, testid="mark-done"),
        rx.el.span(beside, class_name="xl:hidden"),
        class_name="flex items-center gap-2 border-b border-line px-4 py-2 min-h-14 shrink-0",
    )


def open_thread() -> rx.Component:
    shown = ThreadState.shown
    earlier = older(ThreadState.earlier, "earlier", "Show earlier")
    said = rx.el.div(
        rx.cond(shown.has_earlier, earlier),
        rx.foreach(shown.messages, _message),
        class_name="grow min-h-0 overflow-y-auto p-4 space-y-2", key=f"{shown.id}", role="log",
        data_testid="thread", data_stick_bottom="true",
    )  # fmt: skip
    nothing = rx.fragment(
        rx.el.div(way_back("/inbox"), class_name="flex items-center px-4 min-h-14 lg:hidden"),
        rx.cond(
            ThreadState.is_missing,
            rx.el.div(
                empty_state("No such conversation, or it is not assigned to you."),
                class_name="m-auto",
            ),
            rx.el.div(empty_state("Choose a conversation."), class_name="m-auto hidden lg:block"),
        ),
    )
    return rx.cond(
        shown.id != 0, rx.fragment(_head(), said, _foot(), thread_viewer(shown.messages)), nothing
    )

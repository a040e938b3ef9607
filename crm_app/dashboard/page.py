"""/: Today. What waits in four figures, and what is to be done."""

import reflex as rx

from crm_app.dashboard.queries import Figure
from crm_app.dashboard.state import TodayState
from crm_app.frame import page
from crm_app.ui.controls import button, field, link
from crm_app.ui.lists import tabs
from crm_app.ui.pieces import badge, card, empty_state, skeleton, stat
from crm_app.work.components import add_todo, todo_dialog, todo_list
from crm_app.work.state import TodoState

VIEWS = [("For me", "mine"), ("Nobody's", "nobody"), ("All", "all")]
LINE = "flex items-center gap-3 rounded-lg border border-line bg-surface px-4 min-h-11 py-2"


def _figure(one: Figure) -> rx.Component:
    return link(stat(one.label, one.value), href=one.href, testid=one.testid, class_name=(
        "block rounded-lg hover:bg-text/4 [&_dl]:h-full [&_dt]:whitespace-normal"))  # fmt: skip


def _health() -> rx.Component:
    words, trouble = rx.el.span("The program is well"), TodayState.trouble
    line = rx.cond(
        trouble == "", rx.fragment(badge("ok", "fine"), words),
        rx.fragment(badge("look", "blocked"), rx.el.span(trouble, class_name="min-w-0")),
    )  # fmt: skip
    looks = link(line, href="/admin", class_name=f"{LINE} hover:bg-text/4", testid="today-health")
    plain = rx.el.div(line, class_name=LINE, data_testid="today-health")
    return rx.cond(TodayState.may_look, looks, plain)


def today_page() -> rx.Component:
    jot = rx.el.form(
        rx.el.div(
            field("New to-do", name="jot", placeholder="What is to be done today?", required=True,
                  max_length=200, auto_complete="off", testid="todo-jot"),
            class_name="grow min-w-0 [&_label]:sr-only",
        ),
        button("Add", type_="submit", icon_name="plus", testid="todo-jot-add"),
        on_submit=TodoState.save, class_name="flex items-end gap-2", key=f"{TodoState.nonce}",
    )  # fmt: skip
    nothing = empty_state(
        "Nothing is to be done here. Write down what comes to mind; missed calls, voicemails and"
        " unanswered texts appear by themselves.", icon_name="today",
    )  # fmt: skip
    listed = rx.fragment(rx.cond(TodoState.rows, None, nothing), todo_list())
    figures = rx.el.div(
        rx.foreach(TodayState.figures, _figure), class_name="grid grid-cols-3 gap-2 sm:gap-4"
    )
    views = tabs(VIEWS, TodoState.view, lambda key: TodoState.choose(key), "todos")
    return page(
        "Today",
        rx.el.div(
            rx.cond(TodayState.figures, rx.fragment(figures, _health()), skeleton(3)),
            card(jot, views, rx.cond(TodoState.is_loaded, listed, skeleton(4))),
            class_name="max-w-4xl space-y-4",
        ),
        todo_dialog(), active="today", action=add_todo(),
    )  # fmt: skip

"""/: Today. What waits, in four figures, and what is to be done."""

import reflex as rx

from crm_app.dashboard.queries import Figure
from crm_app.dashboard.state import TodayState
from crm_app.frame import LineState, page
from crm_app.ui.controls import button, field, link
from crm_app.ui.lists import tabs
from crm_app.ui.pieces import badge, card, empty_state, skeleton, stat
from crm_app.work.components import add_todo, todo_dialog, todo_list
from crm_app.work.state import TodoState

VIEWS = [("For me", "mine"), ("Nobody's", "nobody"), ("All", "all")]
LOOK = "block rounded-lg hover:bg-text/4 [&_dl]:h-full [&_dt]:whitespace-normal"
NOTHING = (
    "Nothing is to be done here. Write down what comes to mind; missed calls, voicemails and"
    " unanswered texts appear by themselves."
)


def _figure(one: Figure) -> rx.Component:
    return link(stat(one[0], one[1]), href=one[2], testid=one[3], class_name=LOOK)


def _health() -> rx.Component:
    well = rx.fragment(badge("ok", "fine"), "The program is well")
    ill = rx.fragment(
        badge("look", "blocked"), rx.el.span(TodayState.trouble, class_name="min-w-0 truncate")
    )
    look = "flex items-center gap-3 rounded-lg border border-line bg-surface px-4 min-h-11 py-2"
    href = rx.cond(LineState.places.contains("admin"), "/admin", "/")  # pyright: ignore[reportAttributeAccessIssue]
    said = rx.cond(TodayState.trouble == "", well, ill)
    return link(said, href=href, class_name=look, testid="today-health")


def today_page() -> rx.Component:
    jot = field("New to-do", name="jot", placeholder="What is to be done today?", required=True,
                max_length=200, auto_complete="off", testid="todo-jot")  # fmt: skip
    box = rx.el.form(
        rx.el.div(jot, class_name="grow min-w-0 [&_label]:sr-only"),
        button("Add", type_="submit", testid="todo-jot-add"),
        on_submit=TodoState.save, class_name="flex items-end gap-2", key=f"{TodoState.nonce}",
    )  # fmt: skip
    none = rx.cond(TodoState.rows, None, empty_state(NOTHING, icon_name="today"))
    listed = rx.cond(TodoState.is_loaded, rx.fragment(none, todo_list()), skeleton(4))
    figures = rx.el.div(
        rx.foreach(TodayState.figures, _figure), class_name="grid grid-cols-3 gap-2 sm:gap-4"
    )
    top = rx.cond(TodayState.figures, rx.fragment(figures, _health()), skeleton(3))
    views = tabs(VIEWS, TodoState.view, lambda key: TodoState.choose("view", key), "todos")
    column = rx.el.div(top, card(box, views, listed), class_name="max-w-4xl space-y-4")
    return page("Today", column, todo_dialog(), active="today", action=add_todo())

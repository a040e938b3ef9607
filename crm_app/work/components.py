"""How to-dos are drawn: their list, the card beside a thread or contact, the dialog, the undo."""

from typing import Any

import reflex as rx

from crm_app.ui.controls import button, field, form, icon_button, link, select
from crm_app.ui.pieces import badge, card, dialog
from crm_app.work.queries import TodoRow
from crm_app.work.state import TODO, TodoState

SMALL = "flex flex-wrap items-center gap-x-3 text-sm text-muted [&>.badge]:whitespace-normal"


def _todo(todo: TodoRow) -> rx.Component:
    done, ask = TodoState.settle(todo.id, todo.version, "done"), TodoState.ask(todo.id)
    words = rx.el.button(todo.title, type="button", on_click=ask, data_testid="todo-edit")
    about = link("Open", href=todo.about, testid="todo-about", class_name="text-accent-text py-2")
    below = rx.el.div(
        rx.cond(todo.due != "", badge(todo.due, todo.tone, testid="todo-due")),
        rx.cond(todo.whose != "", rx.el.span(todo.whose), rx.el.span("for nobody yet")),
        rx.cond(todo.about != "", about), class_name=SMALL,
    )  # fmt: skip
    tick = icon_button("check", "Mark done", on_click=done, testid="todo-done")
    lines = rx.el.div(words, below, class_name="grow min-w-0")
    return rx.el.li(tick, lines, class_name="todo", key=todo.id, data_testid="todo-row")


def _done(todo: TodoRow) -> rx.Component:
    again = TodoState.settle(todo.id, todo.version, "again")
    reopen = button("Reopen", kind="quiet", on_click=again, testid="todo-reopen")
    lines = rx.el.div(rx.el.s(todo.title), rx.el.div(todo.due, class_name=SMALL), class_name="grow")
    return rx.el.li(lines, reopen, class_name="flex items-center gap-2 py-1", key=todo.id)


def todo_list() -> rx.Component:
    """Draw what is open, and folded what was done today."""
    words = ("Done today: ", rx.Var.create(TodoState.done).length())
    look = "cursor-pointer py-3 text-sm font-semibold text-muted"
    folded = rx.el.details(
        rx.el.summary(*words, data_testid="todos-done", class_name=look),
        rx.el.ul(rx.foreach(TodoState.done, _done)),
    )
    listed = rx.el.ul(rx.foreach(TodoState.rows, _todo), class_name="rows")
    return rx.fragment(listed, rx.cond(TodoState.done, folded))


def add_todo() -> rx.Component:
    ask = TodoState.ask("")
    return button("Add to-do", kind="plain", icon_name="plus", on_click=ask, testid="todo-add")


def todos_beside() -> rx.Component:
    """Draw what is to be done for the person of this page; the page draws `todo_dialog` too."""
    return card(todo_list(), add_todo(), title="To-dos", testid="todos-beside")


def todo_dialog() -> rx.Component:
    """Draw the dialog that writes or changes a to-do, and the way back from one done by mistake."""
    asked, slip, whose = TodoState.asked, TodoState.slip, TodoState.choose("whose")
    fields = form(
        field("What is to be done", name="title", default_value=asked.bare, required=True,
              max_length=200, testid="todo-title"),
        field("Due", name="due", type_="date", default_value=asked.due_on, testid="todo-day"),
        select("Who", TodoState.people, TodoState.whose, whose, "todo-who"),
        on_submit=TodoState.save, verb="Save", testid="todo-save", key=f"{TodoState.nonce}",
    )  # fmt: skip
    back = TodoState.settle(slip.id, slip.version, "undo")
    undo = button("Undo", kind="plain", on_click=back, testid="todo-undo")
    said = rx.el.div(
        rx.el.span("Done: ", slip.title, class_name="truncate"), undo, class_name="toast"
    )
    marks: Any = {"class_name": "undo", "role": "status", "key": f"{slip.id}{slip.version}"}
    title = rx.cond(asked.id == "", "Add a to-do", "To-do")
    return rx.fragment(
        dialog(title, fields, dialog_id=TODO), rx.cond(slip.id != "", rx.el.div(said, **marks))
    )

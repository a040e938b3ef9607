"""What the pages of a contact and of a house share: the form in place, ties, pairs of words."""

from typing import Any

import reflex as rx

from crm_app.contacts.queries import ROLES, Line
from crm_app.properties.editing import FIELDS
from crm_app.properties.state import TIE, EditState, TieState
from crm_app.ui.controls import button, choice, field, form, link, search_field, text_area
from crm_app.ui.pieces import badge, banner, card, dialog

LINE = "flex flex-wrap items-center gap-x-3 gap-y-1"
YES = [("", "Not known"), ("yes", "Yes"), ("no", "No")]


def edit_form(table: str) -> rx.Component:
    state = EditState

    def draw(name: str, words: str, kind: str, *needed: str) -> rx.Component:
        given: Any = {"name": name, "default_value": state.was[name], "testid": f"edit-{name}"}
        if kind == "yes":
            return choice(words, YES, **given)
        if kind == "text":
            return text_area(words, **given)
        type_ = kind if kind == "date" else "text"
        return field(words, type_=type_, required=bool(needed), **given)

    drawn = [draw(name, *said) for name, said in FIELDS[table].items()]
    more = [field("Another number", name="phone", type_="tel")] if table == "contact" else []
    told = banner(state.meanwhile, "held", testid="edited-meanwhile")
    return form(
        rx.el.div(*drawn, *more, class_name="grid gap-4 sm:grid-cols-2"),
        rx.cond(state.meanwhile != "", told),
        button("Cancel", kind="plain", wide=True, on_click=state.load, testid="edit-cancel"),
        on_submit=state.save, verb="Save", testid=f"{table}-save",
    )  # fmt: skip


def pairs(values: Any) -> rx.Component:
    """Draw words with what they mean here, two columns wide."""

    def draw(one: Any) -> rx.Component:
        name = rx.el.dt(one[0], class_name="text-sm text-muted")
        return rx.el.div(name, rx.el.dd(one[1], class_name="break-words"), class_name="min-w-0")

    return rx.el.dl(rx.foreach(values, draw), class_name="grid grid-cols-2 sm:grid-cols-3 gap-3")


def origin(import_id: Any, name: Any, extras: Any) -> rx.Component:
    """Draw what files say beyond the fields known here, and the import that made it."""
    way = link(name, href=f"/imports/{import_id}", testid="made-by-import")
    made = rx.cond(name, rx.el.p("Made by the import of ", way, class_name="text-sm text-muted"))
    return rx.cond(extras | name, card(pairs(extras), made, title="From files", testid="origin"))


def ties_of(values: Any) -> rx.Component:
    """Draw ties, with the way to change each for who may; the page draws `tie_dialog`, too."""

    def draw(line: Line) -> rx.Component:
        change = button("Change", kind="quiet", on_click=TieState.ask(line.id), testid="tie-change")
        name = link(line.title, href=line.href, class_name="py-2 hover:underline", testid="tie")
        mark = rx.cond(line.badge != "", badge(line.badge))
        said = rx.el.p(line.detail, class_name="text-sm text-muted")
        lines = rx.el.div(rx.el.div(name, mark, class_name=LINE), said, class_name="min-w-0 py-1")
        return rx.el.li(lines, rx.cond(EditState.may_edit, change), class_name="bar")

    return rx.el.ul(rx.foreach(values, draw), class_name="rows")


def tie_dialog() -> rx.Component:
    state, asked = TieState, TieState.asked

    def house(one: Any) -> rx.Component:
        pick = state.choose(one[0], one[1])
        return button(one[1], kind="plain", wide=True, on_click=pick, testid="tie-house")

    search = search_field(state.typed, state.search, "Street, town or ZIP", "tie-search")
    found = rx.el.div(rx.foreach(state.found, house), class_name="space-y-2")
    roles = [(role, words[0]) for role, words in ROLES.items()]
    days = [field(words, name=f"{name}_on", type_="date", default_value=asked[f"{name}_on"])
            for name, words in (("started", "Since"), ("ended", "Until"))]  # fmt: skip
    is_new = asked["id"] == "0"
    first = button("Make primary contact", kind="plain", on_click=state.put_first,
                   testid="tie-first")  # fmt: skip
    fields = form(
        choice("Role", roles, name="role", default_value=asked["role"], testid="tie-role"),
        rx.el.div(*days, class_name="grid grid-cols-2 gap-3"),
        on_submit=state.save, verb="Save", testid="tie-save", key=f"{asked}",
    )  # fmt: skip
    return dialog(
        rx.cond(is_new, "Add a house", "At this house"),
        rx.cond(is_new, rx.fragment(search, found), first),
        rx.cond(~is_new | (state.house != ""), fields), dialog_id=TIE,
    )  # fmt: skip

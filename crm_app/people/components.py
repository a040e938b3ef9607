"""The card of the names that OpenPhone has otherwise."""

import reflex as rx

from crm_app.contacts.queries import Line
from crm_app.people.state import NamesState
from crm_app.ui.controls import button, link
from crm_app.ui.pieces import card


def _name(one: Line) -> rx.Component:
    take, keep = (NamesState.settle(one.e164, one.detail, take) for take in (True, False))
    ours = link(one.title, href=one.href, class_name="hover:underline")
    said = rx.el.p(ours, ": OpenPhone calls them ", rx.el.strong(one.detail), class_name="grow")
    verbs = rx.el.div(
        button("Take the name", kind="plain", on_click=take, testid="name-take"),
        button("Keep ours", kind="quiet", on_click=keep, testid="name-keep"),
        class_name="flex gap-2",
    )
    look = "flex flex-wrap items-center gap-2 py-2"
    return rx.el.li(said, verbs, class_name=look, data_testid="name-differs")


def names_card() -> rx.Component:
    """Draw who is called otherwise at OpenPhone; nothing when nobody is."""
    listed = rx.el.ul(rx.foreach(NamesState.rows, _name), class_name="rows")
    title = f"Other names at OpenPhone ({NamesState.total})"
    return rx.cond(NamesState.rows, card(listed, title=title))

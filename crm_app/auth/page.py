"""The pages of auth: signing in, and the first owner's welcome. Native form posts."""

from typing import Any

import reflex as rx

from crm_app.auth.guard import EntryState
from crm_app.ui.controls import button, field
from crm_app.ui.frame import bare
from crm_app.ui.pieces import card


def native_form(*children: Any, action: Any) -> rx.Component:
    """Draw a form that the browser posts itself; Reflex would swallow the submit."""
    posted: dict[str, Any] = {"action": action, "method": "post", "on_submit": None}
    return rx.el.form(*children, class_name="space-y-4", **posted)


def _entrance(*first: Any, action: Any, word: str, **password: str) -> rx.Component:
    note = rx.el.p(EntryState.note, class_name="text-blocked", role="alert", data_testid="problem")
    form = native_form(
        *first, field("Login", testid="login", required=True, auto_complete="username"),
        field("Password", testid="password", type_="password", required=True, **password),
        rx.cond(EntryState.note != "", note), button(word, type_="submit", testid="sign-in"),
        action=action,
    )  # fmt: skip
    return bare(card(form))


def login_page() -> rx.Component:
    return _entrance(action="/auth/sign-in", word="Sign in", auto_complete="current-password")


def welcome_page() -> rx.Component:
    """Make the first owner by the one-time link."""
    return _entrance(
        rx.el.p("You are the first. Choose how you sign in.", class_name="text-muted"),
        field("Your name", name="name", required=True, auto_complete="name"),
        action="/welcome?link=" + EntryState.link, word="Become the owner",
        hint="At least 10 characters", auto_complete="new-password",
    )  # fmt: skip


def password_card() -> rx.Component:
    secret: dict[str, Any] = {"type_": "password", "required": True}
    form = native_form(
        field("Old password", name="old", testid="old-password",
              auto_complete="current-password", **secret),
        field("New password", name="new", testid="new-password",
              auto_complete="new-password", hint="At least 10 characters", **secret),
        rx.cond(EntryState.note != "", rx.el.p(EntryState.note, role="status")),
        button("Change password", kind="plain", type_="submit", testid="change-password"),
        action="/auth/password",
    )  # fmt: skip
    return card(form, title="Your password")


def user_menu(name: Any, role: Any) -> rx.Component:
    who = rx.el.div(name, class_name="font-semibold truncate")
    may = rx.el.div(role, class_name="text-sm text-muted")
    leave = button("Sign out", kind="plain", type_="submit", testid="sign-out")
    form = native_form(leave, action="/auth/sign-out")
    return rx.el.div(rx.el.div(who, may, class_name="min-w-0 px-3"), form, class_name="space-y-2")

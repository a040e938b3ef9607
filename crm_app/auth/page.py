"""The pages of auth: signing in, and the first owner's welcome. Native form posts."""

from typing import Any

import reflex as rx

from crm_app.auth.state import NoteState
from crm_app.ui.controls import button, field
from crm_app.ui.frame import bare
from crm_app.ui.icons import icon
from crm_app.ui.pieces import card


def native_form(*children: Any, action: Any) -> rx.Component:
    """Draw a form that the browser posts itself; Reflex would swallow the submit."""
    posted: dict[str, Any] = {"action": action, "method": "post", "on_submit": None}
    return rx.el.form(*children, class_name="space-y-4", **posted)


def _entrance(*first: Any, action: Any, word: str, **password: str) -> rx.Component:
    """Draw the form that ends with login and password."""
    problem = rx.el.p(
        icon("alert", "size-4 mt-0.5 shrink-0"), rx.el.span(NoteState.note), role="alert",
        class_name="flex gap-1.5 text-sm text-blocked", custom_attrs={"data-testid": "problem"},
    )  # fmt: skip
    return bare(
        card(
            native_form(
                *first,
                field("Login", name="login", required=True, autocomplete="username",
                      testid="login"),
                field("Password", name="password", type_="password", required=True,
                      testid="password", **password),
                rx.cond(NoteState.note != "", problem),
                button(word, type_="submit", testid="sign-in"),
                action=action,
            ),
        ),
    )  # fmt: skip


def login_page() -> rx.Component:
    """Name and password."""
    return _entrance(action="/auth/sign-in", word="Sign in", autocomplete="current-password")


def welcome_page() -> rx.Component:
    """Make the first owner by the one-time link."""
    return _entrance(
        rx.el.p("You are the first. Choose how you sign in.", class_name="text-muted"),
        field("Your name", name="name", required=True, autocomplete="name"),
        action="/welcome?link=" + NoteState.link, word="Become the owner",
        hint="At least 10 characters", autocomplete="new-password",
    )  # fmt: skip


def password_card() -> rx.Component:
    """Change one's own password."""
    return card(
        native_form(
            field("Old password", name="old", type_="password", required=True,
                  autocomplete="current-password", testid="old-password"),
            field("New password", name="new", type_="password", required=True,
                  hint="At least 10 characters", autocomplete="new-password",
                  testid="new-password"),
            rx.cond(NoteState.note != "", rx.el.p(NoteState.note, role="status")),
            button("Change password", kind="plain", type_="submit", testid="change-password"),
            action="/auth/password",
        ),
        title="Your password",
    )  # fmt: skip


def user_menu(name: Any, role: Any) -> rx.Component:
    """Who is signed in, and signing out."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(name, class_name="font-semibold truncate"),
            rx.el.div(role, class_name="text-sm text-muted"),
            class_name="min-w-0 px-3",
        ),
        native_form(
            button("Sign out", kind="plain", type_="submit", testid="sign-out"),
            action="/auth/sign-out",
        ),
        class_name="space-y-2",
    )

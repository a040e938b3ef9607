"""What the second phone can do beside texting: call, and hear from staff in OpenPhone's own app."""

import reflex as rx

from crm_app.sandbox.state import HomeownerState
from crm_app.ui.controls import button, field, select, text_area


def call_box() -> rx.Component:
    """Draw how the phone calls the firm: hung up, answered, or a voicemail left."""
    state = HomeownerState
    lengths = [("1", "1 minute"), ("3", "3 minutes"), ("20", "20 minutes")]
    missed = button("Call and hang up", kind="plain", on_click=state.call("missed"),
                    testid="call-missed")  # fmt: skip
    answered = button("Call, we answer", kind="plain", on_click=state.call("answered"),
                      testid="call-answered")  # fmt: skip
    length = select("For", lengths, state.minutes, state.talk, "call-minutes")
    left = rx.el.form(
        text_area("What they say after the tone", name="voicemail-words", testid="voicemail-words",
                  rows=2, placeholder="Hi, this is about the crack in our basement."),
        button("Leave a voicemail", kind="plain", type_="submit", testid="call-voicemail"),
        on_submit=state.leave, class_name="space-y-2",
    )  # fmt: skip
    spoken = rx.el.div(answered, length, class_name="flex flex-wrap items-end gap-2")
    return rx.el.div(rx.el.div(missed), spoken, left, class_name="space-y-4 pb-2")


def staff_box() -> rx.Component:
    """Draw the box of somebody of the firm who texts this phone from OpenPhone's own app."""
    return rx.el.form(
        rx.el.div(
            field("Text them as staff do there", name="staff-text", testid="staff-text",
                  required=True, placeholder="On my way", auto_complete="off"),
            class_name="grow min-w-0",
        ),
        button("Send", kind="plain", type_="submit", testid="staff-send"),
        on_submit=HomeownerState.say_as_staff,
        class_name="flex items-end gap-2",
    )  # fmt: skip

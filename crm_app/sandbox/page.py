"""/homeowner: the second phone, which belongs to any person that was texted."""

import reflex as rx

from crm_app.frame import page
from crm_app.sandbox.components import phone
from crm_app.sandbox.panel.components import staff_box
from crm_app.sandbox.state import HomeownerState
from crm_app.ui.controls import button, field, select
from crm_app.ui.pieces import card


def homeowner_page() -> rx.Component:
    """Draw the choice of a phone, and the phone."""
    shown = HomeownerState.phone
    whose = select(
        "Whose phone", HomeownerState.people, shown.e164, HomeownerState.show, "homeowner-whose"
    )
    other = rx.el.form(
        rx.el.div(
            field("Or another number", name="number", type_="tel", placeholder="(617) 555-0134",
                  testid="homeowner-number", required=True),
            class_name="grow",
        ),
        button("Pick up", kind="plain", type_="submit", testid="homeowner-dial"),
        on_submit=HomeownerState.dial,
        class_name="flex items-end gap-2",
    )  # fmt: skip
    return page(
        "A homeowner's phone",
        rx.el.div(
            card(rx.cond(HomeownerState.people, whose), other),
            rx.cond(
                shown.e164 != "",
                rx.fragment(
                    card(phone("h-[36dvh]"), title=shown.number),
                    card(staff_box(), title="OpenPhone's own app"),
                ),
            ),
            class_name="max-w-lg space-y-4",
        ),
        active="homeowner",
    )

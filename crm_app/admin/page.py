"""/admin: is everything well, and what came in that nobody could use."""

import reflex as rx

from crm_app.admin.queries import DeliveryRow, Part
from crm_app.admin.state import AdminState
from crm_app.frame import page
from crm_app.ui.forms import button
from crm_app.ui.lists import table, table_row
from crm_app.ui.pieces import badge, card, empty_state


def _part(part: Part) -> rx.Component:
    state = rx.cond(part.is_ok, badge("ok", "fine"), badge("down", "blocked"))
    return table_row(part.name, state, part.detail, testid="health-part")


def _delivery(row: DeliveryRow) -> rx.Component:
    return table_row(row.at, row.kind, row.state, row.detail, testid="odd-delivery")


def _deliveries(rows: rx.Var[list[DeliveryRow]], nothing: str) -> rx.Component:
    heads = ["When", "Kind", "State", "Why"]
    return rx.cond(
        rows.length() > 0, table(heads, rx.foreach(rows, _delivery)), empty_state(nothing)
    )


def admin_page() -> rx.Component:
    """Draw the page."""
    again = button("Look again", kind="plain", on_click=AdminState.load, testid="admin-again")
    return page(
        "Admin",
        card(table(["Part", "State", "Detail"], rx.foreach(AdminState.parts, _part)),
             title="Health"),
        card(_deliveries(AdminState.odd, "Every delivery was applied."),
             title="Webhooks kept but not applied"),
        card(_deliveries(AdminState.refused, "None was refused."), title="Webhooks refused"),
        active="admin",
        action=again,
    )  # fmt: skip

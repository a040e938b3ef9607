"""/admin: is everything well, and what to look at; /settings: password and texting rules."""

import reflex as rx

from crm_app.admin.queries import Part
from crm_app.admin.state import AdminState, SettingsState
from crm_app.auth.page import password_card
from crm_app.frame import page
from crm_app.tables import read_table
from crm_app.ui.controls import button, field
from crm_app.ui.lists import list_row, rows, table, table_row
from crm_app.ui.pieces import badge, card

RULES: dict[str, str] = read_table(__file__, "rules")


def _part(part: Part) -> rx.Component:
    state = rx.cond(part.is_ok, badge("ok", "fine"), badge("down", "blocked"))
    detail = rx.cond(part.is_ok, part.detail, f"{part.detail}. {part.do}")
    return table_row(part.name, state, detail, testid="health-part")


def admin_page() -> rx.Component:
    parts = table(["Part", "State", "Detail"], rx.foreach(AdminState.parts, _part))
    again = button("Look again", kind="plain", on_click=AdminState.load, testid="admin-again")
    places = rows(
        list_row(
            href="/admin/reconciliation", title="Reconciliation", testid="admin-reconciliation",
            detail="What OpenPhone has and we had not: compare, recover, import all history",
        ),
        list_row(
            href="/admin/webhooks", title="Webhooks", testid="admin-webhooks",
            detail="What arrived and failed, did nothing or was refused; replay it",
        ),
    )  # fmt: skip
    return page("Admin", card(parts, title="Health"), card(places), active="admin", action=again)


def settings_page() -> rx.Component:
    kept = SettingsState.rules
    form = rx.el.form(
        *(field(label, name=name, default_value=getattr(kept, name),
                testid=name.replace("_", "-")) for name, label in RULES.items()),
        button("Save", type_="submit", testid="save-rules"),
        on_submit=SettingsState.save, class_name="space-y-4", key=f"{kept}",
    )  # fmt: skip
    rules = card(form, title="Rules for texts")
    cards = (rx.cond(SettingsState.may_save, rules), password_card())
    return page("Settings", rx.el.div(*cards, class_name="grid max-w-2xl gap-4"), active="settings")

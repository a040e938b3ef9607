"""/admin: is everything well, and what came in unused; /settings: password and texting rules."""

import reflex as rx

from crm_app.admin.queries import Part
from crm_app.admin.state import AdminState, SettingsState
from crm_app.auth.page import password_card
from crm_app.frame import page
from crm_app.tables import read_table
from crm_app.ui.controls import button, field
from crm_app.ui.lists import table, table_row
from crm_app.ui.pieces import badge, card, empty_state

RULES: dict[str, str] = read_table(__file__, "rules")


def _part(part: Part) -> rx.Component:
    state = rx.cond(part.is_ok, badge("ok", "fine"), badge("down", "blocked"))
    detail = rx.cond(part.is_ok, part.detail, f"{part.detail}. {part.do}")
    return table_row(part.name, state, detail, testid="health-part")


def _delivery(cells: rx.Var[list[str]]) -> rx.Component:
    return rx.el.tr(rx.foreach(cells, lambda cell: rx.el.td(cell)), data_testid="odd-delivery")


def admin_page() -> rx.Component:
    parts = table(["Part", "State", "Detail"], rx.foreach(AdminState.parts, _part))
    odd = table(["When", "Kind", "State", "Why"], rx.foreach(AdminState.odd, _delivery))
    deliveries = rx.cond(AdminState.odd, odd, empty_state("Every delivery was applied."))
    again = button("Look again", kind="plain", on_click=AdminState.load, testid="admin-again")
    healthy, unused = card(parts, title="Health"), card(deliveries, title="Webhooks without effect")
    return page("Admin", healthy, unused, active="admin", action=again)


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

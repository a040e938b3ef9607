"""/settings: one's own password, and the rules of texting."""

import reflex as rx

from crm_app.admin.settings_state import SettingsState
from crm_app.auth.page import password_card
from crm_app.frame import page
from crm_app.ui.forms import button, field
from crm_app.ui.pieces import card


def _rules() -> rx.Component:
    form = rx.el.form(
        field("Cold texts a day, over all campaigns", name="cold_daily_limit",
              default_value=SettingsState.cold_daily_limit, testid="cold-daily-limit"),
        field("Days between two cold texts to a number or household", name="frequency_days",
              default_value=SettingsState.frequency_days, testid="frequency-days"),
        field("Cold texts from (hour, Monday to Friday)", name="opens",
              default_value=SettingsState.opens, testid="opens"),
        field("until (hour)", name="closes", default_value=SettingsState.closes,
              hint="On our clock and on every known clock of the recipient", testid="closes"),
        button("Save", type_="submit", testid="save-rules"),
        on_submit=SettingsState.save,
        class_name="space-y-4",
        key=SettingsState.cold_daily_limit + SettingsState.closes,
    )  # fmt: skip
    return card(form, title="Rules for cold texts")


def settings_page() -> rx.Component:
    """Draw the page."""
    return page(
        "Settings",
        rx.el.div(_rules(), password_card(), class_name="grid max-w-2xl gap-4"),
        active="settings",
    )

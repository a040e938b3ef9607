"""/admin: is everything well, and what to look at; /settings: password and texting rules."""

import reflex as rx

from crm_app.admin.queries import Part
from crm_app.admin.schedule import JobRow
from crm_app.admin.state import AdminState, SettingsState
from crm_app.auth.page import password_card
from crm_app.frame import LineState, page
from crm_app.media.components import told_card
from crm_app.monitor.page import off
from crm_app.settings import settings
from crm_app.tables import read_table
from crm_app.ui.controls import button, field
from crm_app.ui.lists import entry, list_row, listed, rows
from crm_app.ui.pieces import badge, card, skeleton, small, when

RULES: dict[str, str] = read_table(__file__, "rules")
PLACES: dict[str, list[str]] = read_table(__file__, "places")


def _part(part: Part) -> rx.Component:
    state = rx.cond(part.is_ok, badge("ok", "fine"), badge("down", "blocked"))
    detail = rx.cond(part.is_ok, part.detail, f"{part.detail}. {part.do}")
    look = "inline-block first-letter:uppercase"
    name = rx.el.span(part.name.replace("_", " "), class_name=look)
    return entry([name, state], small(detail), testid="health-part")


def _job(job: JobRow) -> rx.Component:
    state = rx.cond(job.is_well, badge("ok", "fine"), badge("look", "blocked"))
    told = small(f"{job.every}; {job.result}; next: {job.next}")
    return entry([job.what, state], told, at=when(job.last, job.exact), testid="job")


def schedule_page() -> rx.Component:
    again = button("Look again", kind="plain", on_click=AdminState.load, testid="schedule-again")
    shown = rx.cond(AdminState.jobs, card(listed(AdminState.jobs, _job)), skeleton(8))
    return page("Schedule", shown, active="admin", back="/admin", action=again)


def admin_page() -> rx.Component:
    again = button("Look again", kind="plain", on_click=AdminState.load, testid="admin-again")
    ways = {
        key: list_row(href=f"/admin/{key}", title=title, detail=detail, testid=f"admin-{key}")
        for key, (title, detail) in PLACES.items()
    }
    pretend = ways.pop("sandbox")
    owners = rx.cond(LineState.role == "owner", pretend) if settings().is_sandbox else None
    places = rows(*ways.values(), owners)
    cards = (card(listed(AdminState.parts, _part), title="Health"), card(places))
    loud = rx.cond(AdminState.is_checked, None, off())
    return page("Admin", loud, *cards, active="admin", action=again)


def settings_page() -> rx.Component:
    kept = SettingsState.rules
    form = rx.el.form(
        *(field(label, name=name, default_value=getattr(kept, name),
                testid=name.replace("_", "-")) for name, label in RULES.items()),
        button("Save", type_="submit", testid="save-rules"),
        on_submit=SettingsState.save, class_name="space-y-4", key=f"{kept}",
    )  # fmt: skip
    rules = card(form, title="Rules for texts")
    cards = (rx.cond(SettingsState.may_save, rules), told_card(), password_card())
    return page("Settings", rx.el.div(*cards, class_name="grid max-w-2xl gap-4"), active="settings")

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
from crm_app.ui.lists import list_row, rows
from crm_app.ui.pieces import badge, card, skeleton, when

RULES: dict[str, str] = read_table(__file__, "rules")


LINE = "flex flex-wrap items-center gap-2"


def _part(part: Part) -> rx.Component:
    state = rx.cond(part.is_ok, badge("ok", "fine"), badge("down", "blocked"))
    detail = rx.cond(part.is_ok, part.detail, f"{part.detail}. {part.do}")
    look = "inline-block font-semibold first-letter:uppercase"
    name = rx.el.span(part.name.replace("_", " "), class_name=look)
    return rx.el.li(
        rx.el.div(name, state, class_name=LINE),
        rx.el.p(detail, class_name="text-sm text-muted [overflow-wrap:anywhere]"),
        class_name="py-2", data_testid="health-part",
    )  # fmt: skip


def _job(job: JobRow) -> rx.Component:
    state = rx.cond(job.is_well, badge("ok", "fine"), badge("look", "blocked"))
    last = rx.el.span(when(job.last, job.exact), class_name="ml-auto text-sm text-muted")
    name = rx.el.span(job.what, class_name="font-semibold")
    return rx.el.li(
        rx.el.div(name, state, last, class_name=LINE),
        rx.el.p(f"{job.every}; {job.result}; next: {job.next}", class_name="text-sm text-muted"),
        class_name="py-3", data_testid="job",
    )  # fmt: skip


def schedule_page() -> rx.Component:
    listed = rx.el.ul(rx.foreach(AdminState.jobs, _job), class_name="rows")
    again = button("Look again", kind="plain", on_click=AdminState.load, testid="schedule-again")
    shown = rx.cond(AdminState.jobs, card(listed), skeleton(8))
    return page("Schedule", shown, active="admin", back="/admin", action=again)


def admin_page() -> rx.Component:
    parts = rx.el.ul(rx.foreach(AdminState.parts, _part), class_name="rows")
    again = button("Look again", kind="plain", on_click=AdminState.load, testid="admin-again")
    pretend = list_row(
        href="/admin/sandbox", title="Sandbox", testid="admin-sandbox",
        detail="What goes wrong at the pretend OpenPhone; what it did; test events",
    )  # fmt: skip
    places = rows(
        list_row(
            href="/admin/health", title="Health", testid="admin-health",
            detail="Do texts arrive: a check each hour, and how fast webhooks are applied",
        ),
        list_row(
            href="/admin/schedule", title="Schedule", testid="admin-schedule",
            detail="What runs by itself: when it last did, how long it took, how it ended",
        ),
        list_row(
            href="/admin/reconciliation", title="Reconciliation", testid="admin-reconciliation",
            detail="What OpenPhone has and we had not: compare, recover, import all history",
        ),
        list_row(
            href="/admin/webhooks", title="Webhooks", testid="admin-webhooks",
            detail="What arrived and failed, did nothing or was refused; replay it",
        ),
        rx.cond(LineState.role == "owner", pretend) if settings().is_sandbox else None,
    )  # fmt: skip
    cards = (card(parts, title="Health"), card(places))
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

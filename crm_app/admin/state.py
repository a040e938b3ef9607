"""State of /admin and of the texting rules at /settings."""

from dataclasses import fields
from typing import Any, ClassVar

import reflex as rx

from crm_app import queue
from crm_app.admin import queries, schedule
from crm_app.admin.schedule import JobRow
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.compliance.rules import Rules, change_rules, rules
from crm_app.conversations.slots import ask_again
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.openphone.tasks import send_outbox
from crm_app.settings import settings
from crm_app.ui.attrs import toast


class AdminState(rx.State):
    """What /admin shows: the parts of the program."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ_ALL_THREADS}
    parts: list[queries.Part] = []
    jobs: list[JobRow] = []
    is_checked: bool = True

    @rx.event
    async def load(self) -> None:
        self.is_checked = bool(settings().monitor_number)
        self.parts = await in_thread(queries.health)
        self.jobs = await in_thread(schedule.jobs)


class SettingsState(rx.State):
    """What /settings shows of the rules."""

    NEEDS: ClassVar[dict[str, Permission]] = {"load": Permission.READ, "save": Permission.SETTINGS}
    rules: Rules = Rules(0)
    may_save: bool = False

    @rx.event
    async def load(self) -> None:
        self.rules = await in_thread(rules)
        self.may_save = (await signed_in(self)).may(Permission.SETTINGS)

    @rx.event
    async def save(self, form: dict[str, str]) -> Any:
        try:
            changed = Rules(**{each.name: int(form.get(each.name, "")) for each in fields(Rules)})
        except ValueError:
            raise CrmError("Each of these is a whole number.") from None
        await in_thread(change_rules, changed)
        await in_thread(ask_again, each=True)
        queue.ring(send_outbox)
        return [SettingsState.load, toast("The rules are saved")]

"""State of the sandbox's ribbon: the business time, moving it, and clearing the demo away."""

import asyncio
from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.sandbox import clocks, tasks
from crm_app.sandbox.demo import clearing
from crm_app.times import hour, local
from crm_app.ui.attrs import toast


class RibbonState(rx.State):
    """What the ribbon says of the clock, on every page, and whether there is a demo to clear."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.READ,
        "clear_demo": Permission.SETTINGS,
    }
    weekday: str = ""
    date: str = ""
    time: str = ""
    target: str = ""
    may_clear: bool = False

    @rx.event
    async def load(self) -> None:
        """Fetch the time, and follow it."""
        listener.watch(self, clocks.TOPIC, "", RibbonState.refresh)
        await self._read()
        is_owner = (await signed_in(self)).may(Permission.SETTINGS)
        self.may_clear = is_owner and await in_thread(clearing.is_there)

    @rx.event
    async def refresh(self) -> None:
        """Fetch the time again."""
        await self._read()

    @rx.event
    async def forward(self, hours: int) -> None:
        """Move the clock on by some hours; they are played."""
        await asyncio.to_thread(tasks.lead, lambda session: clocks.hours_on(session, hours))
        await self._read()

    @rx.event
    async def open_next(self) -> None:
        """Move the clock to a minute into the next opening."""
        await asyncio.to_thread(tasks.lead, clocks.next_opening)
        await self._read()

    @rx.event
    async def clear_demo(self) -> Any:
        """Remove the demo data, and begin again at the inbox."""
        people = await in_thread(clearing.clear)
        await in_thread(clearing.drop_files)
        self.may_clear = False
        return [rx.redirect("/inbox"), toast(f"Demo data cleared: {people} people are gone")]

    async def _read(self) -> None:
        here = await in_thread(clocks.position)
        there = local(here.now)
        self.weekday, self.date, self.time = f"{there:%a}", f", {there:%b %-d},", hour(here.now)
        self.target = f"{local(here.target):%a} {hour(here.target)}" if here.target else ""

"""State of the sandbox's ribbon: the business time, and moving it."""

import asyncio
from typing import ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.sandbox import clocks, tasks
from crm_app.times import hour, local


class RibbonState(rx.State):
    """What the ribbon says of the clock, on every page."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ}
    weekday: str = ""
    date: str = ""
    time: str = ""
    target: str = ""

    @rx.event
    async def load(self) -> None:
        """Fetch the time, and follow it."""
        listener.watch(self, clocks.TOPIC, "", RibbonState.refresh)
        await self._read()

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

    async def _read(self) -> None:
        here = await in_thread(clocks.position)
        there = local(here.now)
        self.weekday, self.date, self.time = f"{there:%a}", f", {there:%b %-d},", hour(here.now)
        self.target = f"{local(here.target):%a} {hour(here.target)}" if here.target else ""

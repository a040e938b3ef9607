"""State of /admin/sandbox."""

import asyncio
from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.permissions import Permission
from crm_app.sandbox.panel import switchboard
from crm_app.sandbox.panel.switchboard import Group, Lately
from crm_app.sandbox.telling.tell import KINDS, UNKNOWN
from crm_app.ui.attrs import toast


class SandboxState(rx.State):
    """The switchboard, and what the pretend OpenPhone did lately."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SETTINGS}
    groups: list[Group] = []
    lately: Lately = Lately()
    kind: str = KINDS["C"][0]
    kinds: list[tuple[str, str]] = [(one, one) for one in (*KINDS["C"], *UNKNOWN)]

    @rx.event
    async def load(self) -> None:
        """Fetch all of it; the strip follows what arrives."""
        for topic in ("inbox", "line"):
            listener.watch(self, topic, "", SandboxState.refresh)
        self.groups = await asyncio.to_thread(switchboard.switchboard)
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Fetch the strip again."""
        await self._read()

    @rx.event
    async def turn(self, name: str, value: str) -> None:
        """Set a rate, a choice or a number; it counts at once."""
        await self._turn(name, value)

    @rx.event
    async def flip(self, name: str, on: bool) -> None:
        """Set a switch of two places."""
        await self._turn(name, on)

    @rx.event
    async def all_off(self) -> Any:
        """Let everything go well again."""
        await asyncio.to_thread(switchboard.all_off)
        self.groups = await asyncio.to_thread(switchboard.switchboard)
        return toast("All faults are off")

    @rx.event
    async def choose(self, kind: str) -> None:
        """Choose the kind of the event to send."""
        self.kind = kind

    @rx.event
    async def send(self) -> Any:
        """Let an event of the chosen kind be delivered."""
        await asyncio.to_thread(switchboard.send_event, self.kind)
        await self._read()
        return toast("On its way")

    async def _turn(self, name: str, value: str | bool) -> None:
        await asyncio.to_thread(switchboard.turn, name, value)
        self.groups = await asyncio.to_thread(switchboard.switchboard)

    async def _read(self) -> None:
        self.lately = await asyncio.to_thread(switchboard.lately)

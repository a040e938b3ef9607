"""State of /campaigns and of one campaign's page; writing stands in writing_state.py."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.campaigns import actions, queries, recipients, starting
from crm_app.campaigns.queries import CampaignDetail, CampaignRow
from crm_app.campaigns.recipients import PlaceReason, RecipientRow
from crm_app.campaigns.starting import Starting
from crm_app.campaigns.writing_state import NewCampaignState
from crm_app.db import in_thread
from crm_app.ui.attrs import opens, toast

__all__ = ["START_DIALOG", "CampaignState", "CampaignsState", "NewCampaignState"]

START_DIALOG = "start-campaign"


class CampaignsState(rx.State):
    """One page of the list of campaigns."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.CAMPAIGN_EDIT}
    rows: list[CampaignRow] = []
    page_number: int = 1
    pages: int = 1
    is_loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Fetch the first page, and follow every campaign."""
        listener.watch(self, "campaign", "", CampaignsState.refresh)
        self.page_number = 1
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Fetch the page again."""
        await self._read()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go `step` pages on."""
        self.page_number = max(1, min(self.pages, self.page_number + step))
        await self._read()

    async def _read(self) -> None:
        found = await in_thread(queries.find_campaigns, page=self.page_number)
        self.rows, self.is_loaded = found.rows, True
        self.pages = max(1, -(-found.total // queries.PAGE_SIZE))


class CampaignState(rx.State):
    """One campaign: its numbers, the reasons, and one page of its recipients."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.CAMPAIGN_EDIT} | dict.fromkeys(
        ("ask", "start", "pause", "resume", "cancel"), Permission.CAMPAIGN_START
    )
    shown: CampaignDetail = CampaignDetail()
    reasons: list[PlaceReason] = []
    rows: list[RecipientRow] = []
    found: int = 0
    place: str = ""
    reason: str = ""
    page_number: int = 1
    pages: int = 1
    is_loaded: bool = False
    may_start: bool = False
    starting: Starting = Starting()

    @rx.event
    async def load(self) -> Any:
        """Fetch the campaign of the address and follow it; a draft opens for writing."""
        self.reset()
        self._number = _number_in(self.router.url.path)
        listener.watch(self, "campaign", str(self._number), CampaignState.refresh)
        await self._read()
        if self.shown.state == "draft":
            return NewCampaignState.open(self._number)
        return None

    _number: int = 0

    @rx.event
    async def refresh(self) -> None:
        """Fetch it again."""
        await self._read()

    @rx.event
    async def choose(self, place: str, reason: str) -> None:
        """Show only recipients in a place, for a reason; '' for any."""
        self.place, self.reason, self.page_number = place, reason, 1
        await self._read()

    @rx.event
    async def turn(self, step: int) -> None:
        """Go `step` pages of recipients on."""
        self.page_number = max(1, min(self.pages, self.page_number + step))
        await self._read()

    @rx.event
    async def ask(self) -> Any:
        """Say what a start would do, and ask once."""
        self.starting = await in_thread(starting.look_ahead, self._number)
        return opens(START_DIALOG)

    @rx.event
    async def start(self) -> Any:
        """Queue the texts of everybody."""
        await in_thread(actions.start, self._number, await signed_in(self))
        await self._read()
        return toast("Started")

    @rx.event
    async def pause(self) -> None:
        """Hold back what has not left."""
        await in_thread(actions.pause, self._number, await signed_in(self))
        await self._read()

    @rx.event
    async def resume(self) -> None:
        """Go on."""
        await in_thread(actions.resume, self._number, await signed_in(self))
        await self._read()

    @rx.event
    async def cancel(self) -> None:
        """End it for good."""
        await in_thread(actions.cancel, self._number, await signed_in(self))
        await self._read()

    async def _read(self) -> None:
        person = await signed_in(self)
        self.may_start = person.may(Permission.CAMPAIGN_START)
        self.shown = await in_thread(queries.campaign_detail, self._number)
        self.reasons = await in_thread(recipients.reasons, self._number)
        found = await in_thread(
            recipients.find_recipients,
            self._number,
            person,
            place=self.place,
            reason=self.reason,
            page=self.page_number,
        )
        self.rows, self.found, self.is_loaded = found.rows, found.total, True
        self.pages = max(1, -(-found.total // recipients.PAGE_SIZE))


def _number_in(path: str) -> int:
    """Return the id at the end of an address, or 0."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return int(last) if last.isdecimal() and len(last) < 10 else 0

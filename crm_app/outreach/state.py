"""State of /campaigns and of one campaign's page; writing stands in writing_state.py."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.campaigns import actions, starting
from crm_app.db import in_thread
from crm_app.openphone.tasks import send_outbox
from crm_app.outreach import queries, recipients
from crm_app.outreach.queries import CampaignRow
from crm_app.outreach.recipients import PlaceReason, RecipientRow
from crm_app.outreach.writing_state import NewCampaignState
from crm_app.ui.attrs import opens

__all__ = ["START_DIALOG", "CampaignState", "CampaignsState", "NewCampaignState"]

START_DIALOG = "start-campaign"
VERBS = {
    "start": actions.start, "pause": actions.pause, "resume": actions.resume,
    "cancel": actions.cancel,
}  # fmt: skip


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
        size = queries.PAGE_SIZE
        self.rows, total = await in_thread(queries.find_campaigns, self.page_number, size)
        self.pages, self.is_loaded = max(1, -(-total // size)), True


class CampaignState(rx.State):
    """One campaign: its numbers, the reasons, and one page of its recipients."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.CAMPAIGN_EDIT,
        "ask": Permission.CAMPAIGN_START,
        "change": Permission.CAMPAIGN_START,
    }
    shown: CampaignRow = CampaignRow()
    reasons: list[PlaceReason] = []
    rows: list[RecipientRow] = []
    found: int = 0
    place: str = ""
    reason: str = ""
    page_number: int = 1
    pages: int = 1
    is_loaded: bool = False
    may_start: bool = False
    starting: list[str] = []
    _number: int = 0

    @rx.event
    async def load(self) -> Any:
        """Fetch the campaign of the address and follow it; a draft opens for writing."""
        self.reset()
        last = self.router.url.path.rstrip("/").rsplit("/", 1)[-1]
        self._number = int(last) if last.isdecimal() and len(last) < 10 else 0
        listener.watch(self, "campaign", str(self._number), CampaignState.refresh)
        await self._read()
        return NewCampaignState.open(self._number) if self.shown.state == "draft" else None

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
    async def change(self, verb: str) -> None:
        """Start, pause, resume or cancel it."""
        await in_thread(VERBS[verb], self._number, await signed_in(self))
        queue.ring(send_outbox)
        await self._read()

    async def _read(self) -> None:
        person, size = await signed_in(self), recipients.PAGE_SIZE
        self.may_start = person.may(Permission.CAMPAIGN_START)
        self.shown = await in_thread(queries.find_campaign, self._number)
        self.reasons = await in_thread(recipients.reasons, self._number)
        self.rows, self.found = await in_thread(
            recipients.find_recipients, self._number, person,
            place=self.place, reason=self.reason, page=self.page_number, size=size,
        )  # fmt: skip
        self.pages, self.is_loaded = max(1, -(-self.found // size)), True

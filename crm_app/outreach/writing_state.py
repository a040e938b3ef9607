"""State of writing a campaign: a new one, or a draft that is being changed."""

from typing import Any, ClassVar

import reflex as rx

from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.campaigns import actions
from crm_app.campaigns.preview import Preview, preview
from crm_app.campaigns.rendering import FIELDS
from crm_app.db import in_thread
from crm_app.outreach import queries
from crm_app.ui.attrs import toast
from crm_app.ui.controls import Option


class NewCampaignState(rx.State):
    """The fields as written, and what they would be for real people."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.CAMPAIGN_EDIT,
        "save_and_ask": Permission.CAMPAIGN_START,
    }
    choices: list[Option] = []
    name: str = ""
    list_id: str = ""
    body: str = ""
    seen: Preview = Preview()
    is_attested: bool = True
    _draft_id: int = 0
    _attested: list[str] = []

    @rx.event
    async def load(self) -> None:
        """Begin a new campaign."""
        self.reset()
        await self._read_lists()

    @rx.event
    async def open(self, campaign_id: int) -> None:
        """Fetch a draft to change it."""
        self.reset()
        await self._read_lists()
        draft = await in_thread(queries.find_campaign, campaign_id)
        self._draft_id, self.name, self.body = draft.id, draft.name, draft.body
        self.list_id = str(draft.list_id)
        await self._look()

    @rx.event
    async def rename(self, name: str) -> None:
        """Keep the name as written."""
        self.name = name

    @rx.event
    async def choose(self, list_id: str) -> None:
        """Show the text for the people of another list."""
        self.list_id = list_id
        await self._look()

    @rx.event
    async def write(self, body: str) -> None:
        """Show what the text would be."""
        self.body = body
        await self._look()

    @rx.event
    async def insert(self, at: list[Any]) -> None:
        """Put a field where the cursor stands: `at` is the position and the field's name."""
        position, name = int(at[0]), str(at[1])
        if name in FIELDS:
            self.body = f"{self.body[:position]}{{{name}}}{self.body[position:]}"
            await self._look()

    @rx.event
    async def save(self) -> Any:
        """Keep the draft and show its page."""
        is_new = not self._draft_id
        await self._save()
        return rx.redirect(f"/campaigns/{self._draft_id}") if is_new else toast("Draft saved")

    @rx.event
    async def save_and_ask(self) -> Any:
        """Keep the draft, so that what starts is what is on the screen; then ask."""
        from crm_app.outreach.state import CampaignState

        await self._save()
        return CampaignState.ask

    async def _save(self) -> None:
        person = await signed_in(self)
        self._draft_id = await in_thread(
            actions.save_campaign,
            campaign_id=self._draft_id or None,
            name=self.name,
            list_id=int(self.list_id or 0),
            body=self.body,
            person=person,
        )

    async def _read_lists(self) -> None:
        found = await in_thread(queries.lists)
        self.choices = [Option("", "Choose a list"), *(Option(str(c.id), c.label) for c in found)]
        self._attested = [str(choice.id) for choice in found if choice.is_attested]

    async def _look(self) -> None:
        self.is_attested = not self.list_id or self.list_id in self._attested
        person = await signed_in(self)
        self.seen = await in_thread(preview, int(self.list_id or 0), self.body, person)

"""State of the timeline of a contact's or a house's page."""

from typing import ClassVar

import reflex as rx

from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.inbox.thread import ThreadMessage
from crm_app.inbox.timeline import timeline
from crm_app.ui.attrs import address_id


class TimelineState(rx.State):
    """The newest entries of this page's contact or house."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    rows: list[ThreadMessage] = []
    has_earlier: bool = False
    _pages: int = 1

    @rx.event
    async def load(self) -> None:
        self._pages = 1
        await self._read()

    @rx.event
    async def earlier(self) -> None:
        self._pages += 1
        await self._read()

    async def _read(self) -> None:
        key = "property_id" if "/properties/" in self.router.url.path else "contact_id"
        asked = {key: address_id(self), "pages": self._pages}
        self.rows, self.has_earlier = await in_thread(timeline, await signed_in(self), **asked)

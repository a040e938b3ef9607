"""State of auth: the one that answers without a session."""

from typing import Any, ClassVar

import reflex as rx

from crm_app.auth.permissions import Permission
from crm_app.auth.routes import note_of


class EntryState(rx.State):
    """The sentence that a redirect to this page carried, and whose rows the other states hold."""

    NEEDS: ClassVar[dict[str, Permission]] = {}
    PUBLIC: ClassVar[set[str]] = {"load", "leave"}
    note: str = ""
    link: str = ""
    _session_hash: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the note of the address, if it is one of ours."""
        query = self.router.url.query_parameters
        self.note = note_of(query.get("note", ""), query.get("mark", ""))
        self.link = query.get("link", "")

    @rx.event
    async def leave(self) -> Any:
        """Lead a tab whose session ended to the sign-in page."""
        return rx.redirect("/login")

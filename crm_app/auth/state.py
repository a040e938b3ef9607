"""State of the pages of auth: the sentence that a redirect carried."""

from typing import ClassVar

import reflex as rx

from crm_app.auth.permissions import Permission
from crm_app.auth.routes import note_of


class NoteState(rx.State):
    """The sentence that a redirect to this page carried."""

    NEEDS: ClassVar[dict[str, Permission]] = {}
    PUBLIC: ClassVar[set[str]] = {"load"}
    note: str = ""
    link: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the note of the address, if it is one of ours."""
        query = self.router.url.query_parameters
        self.note = note_of(query.get("note", ""), query.get("mark", ""))
        self.link = query.get("link", "")

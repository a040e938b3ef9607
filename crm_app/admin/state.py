"""State of /admin: the parts of the program, and deliveries that want looking at."""

from typing import ClassVar

import reflex as rx

from crm_app.admin import queries
from crm_app.admin.queries import DeliveryRow, Part
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread


class AdminState(rx.State):
    """What /admin shows."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.READ_ALL_THREADS}
    parts: list[Part] = []
    odd: list[DeliveryRow] = []
    refused: list[DeliveryRow] = []

    @rx.event
    async def load(self) -> None:
        """Fetch all of it."""
        self.parts = await in_thread(queries.health)
        self.odd = await in_thread(queries.deliveries_to_look_at)
        self.refused = await in_thread(queries.refused)

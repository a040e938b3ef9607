"""States of files: what is done to one, the photos of a contact, and that callers are told."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue, times
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.db import in_thread
from crm_app.media import actions, queries, tasks
from crm_app.media.queries import FileRow
from crm_app.ui.attrs import address_id, closes, opens, toast

KEEP = "keep-photo"


class MediaState(rx.State):
    """What is done to one file, in a thread; `places` are with whom it can be kept."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    places: list[tuple[str, str]] = []
    _asked: int = 0

    @rx.event
    async def again(self, media_id: int) -> None:
        await in_thread(actions.try_again, media_id, await signed_in(self))
        queue.ring(tasks.fetch_due)

    @rx.event
    async def ask(self, media_id: int) -> Any:
        """Ask with whom a photo of the thread is to be kept."""
        person = await signed_in(self)
        self._asked, found = media_id, await in_thread(queries.one, media_id, person)
        self.places = await in_thread(queries.places, person, found.whose)
        return opens(KEEP)

    @rx.event
    async def keep(self, place: str) -> Any:
        await in_thread(actions.keep_with, self._asked, await signed_in(self), place)
        return [closes(KEEP), toast(f"Kept with {dict(self.places)[place]}")]


class PhotosState(rx.State):
    """The photos of a contact and their houses, or (contact 0) of a house; where another goes."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.SEE_PEOPLE}
    contact_id: int = 0
    place: str = "0"
    places: list[tuple[str, str]] = []
    photos: list[FileRow] = []

    @rx.event
    async def load(self) -> None:
        listener.watch(self, "contact", "", PhotosState.refresh)
        number, is_house = address_id(self), "/properties/" in self.router.url.path
        self.contact_id, self.place = (0, str(number)) if is_house else (number, "0")
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        person = await signed_in(self)
        about = (person, self.contact_id, self.place)
        self.places, self.photos = await in_thread(queries.photos, *about)

    @rx.event
    async def choose(self, place: str) -> None:
        self.place = place


class ToldState(rx.State):
    """Whether the owner attested that callers are told of the recording."""

    NEEDS: ClassVar[dict[str, Permission]] = {"load": Permission.READ, "say": Permission.ATTEST}
    said: str = ""
    may_say: bool = False

    @rx.event
    async def load(self) -> None:
        found = await in_thread(actions.told_callers)
        at = times.exact(times.read(found["at"])) if found else ""
        self.said = f"{found['by']}, {at}" if found else ""
        self.may_say = (await signed_in(self)).may(Permission.ATTEST)

    @rx.event
    async def say(self, is_so: bool) -> Any:
        await in_thread(actions.attest, await signed_in(self), is_so=is_so)
        queue.ring(tasks.fetch_due)
        return ToldState.load

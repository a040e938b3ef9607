"""State of /campaigns and of one campaign: a draft being written, or one that was started."""

from typing import Any, ClassVar

import reflex as rx

from crm_app import listener, queue
from crm_app.auth.guard import signed_in
from crm_app.auth.permissions import Permission
from crm_app.campaigns import actions, queries
from crm_app.campaigns.preview import Preview, look_ahead, preview
from crm_app.campaigns.queries import CampaignRow
from crm_app.db import in_thread
from crm_app.errors import CrmError
from crm_app.lists.queries import lists
from crm_app.openphone.tasks import send_outbox
from crm_app.outbox.figures import line_figures
from crm_app.tables import read_table
from crm_app.ui.attrs import address_id, opens, toast

STARTERS: dict[str, str] = read_table(__file__, "starters")
START = "start-campaign"
DRAFT = ("name", "list_id", "body", "texts", "minutes")


class CampaignsState(rx.State):
    """The list of campaigns."""

    NEEDS: ClassVar[dict[str, Permission]] = {"*": Permission.CAMPAIGN_EDIT}
    rows: list[CampaignRow] = []
    figures: str = ""
    is_loaded: bool = False

    @rx.event
    async def load(self) -> None:
        listener.watch(self, "campaign", "", CampaignsState.refresh)
        self.figures = await in_thread(line_figures)
        self.rows, self.is_loaded = await in_thread(queries.find_campaigns), True

    @rx.event
    async def refresh(self) -> None:
        asked = (await signed_in(self), ("campaigns",))
        self.rows = await listener.together(*asked, lambda: in_thread(queries.find_campaigns))


class CampaignState(rx.State):
    """One campaign: what is typed into a draft, or the numbers, reasons and people."""

    NEEDS: ClassVar[dict[str, Permission]] = {
        "*": Permission.CAMPAIGN_EDIT,
        **dict.fromkeys(("ask", "reword", "send_to_me", "change"), Permission.CAMPAIGN_START),
    }
    shown: CampaignRow = CampaignRow()
    may_start: bool = False
    lists: list[tuple[str, str]] = []
    draft: dict[str, str] = dict.fromkeys(DRAFT, "")
    seen: Preview = Preview()
    question: str = ""
    place: str = ""
    reason: str = ""
    page_number: int = 1
    _number: int = 0
    _is_new: bool = False

    @rx.event
    async def load(self) -> None:
        """Fetch the campaign of the address and follow it; /campaigns/new begins one."""
        self.reset()
        self._is_new = self.router.url.path.rstrip("/").endswith("/new")
        self._number = address_id(self) or (0 if self._is_new else -1)
        listener.watch(self, "campaign", str(self._number), CampaignState.refresh)
        await self._read()
        shown = self.shown
        self.draft = {name: str(getattr(shown, name)) for name in DRAFT}
        self.lists = [("", "Choose a list"), *await in_thread(lists, await signed_in(self))]
        await self._look()

    @rx.event
    async def refresh(self) -> None:
        """Fetch it again; what is being typed stays."""
        await self._read()

    @rx.event
    async def write(self, field: str, written: str) -> None:
        """Keep what was written into a field of the draft; show what the text would be."""
        self.draft[field] = written
        if field in ("list_id", "body"):
            await self._look()

    @rx.event
    async def begin_with(self, name: str) -> None:
        await self.write("body", STARTERS[name])

    @rx.event
    async def save(self) -> Any:
        """Keep the draft; a new one then has a page of its own."""
        await self._save()
        return self._own_page() or toast("Draft saved")

    @rx.event
    async def ask(self) -> Any:
        """Keep the draft, so that what starts is on the screen; say what a start would do."""
        await self._save()
        self.question = await in_thread(look_ahead, self._number)
        return opens(START)

    @rx.event
    async def reword(self) -> Any:
        person = await signed_in(self)
        await in_thread(actions.reword, self._number, self.draft["body"], person)
        await self._read()
        return toast("New version: it goes to those who still wait")

    @rx.event
    async def send_to_me(self, form: dict[str, str]) -> Any:
        """Keep the draft, and send its likeliest-wrong text to one's own phone."""
        if self.shown.state in ("new", "draft"):
            await self._save()
        told = (self.draft["body"], form.get("phone", ""), await signed_in(self))
        await in_thread(actions.send_to_me, self._number, *told)
        queue.ring(send_outbox)
        return self._own_page() or toast("It is on its way to your phone")

    @rx.event
    async def change(self, verb: str) -> Any:
        await in_thread(actions.VERBS[verb], self._number, await signed_in(self))
        queue.ring(send_outbox)
        await self._read()
        return self._own_page()

    @rx.event
    async def choose(self, place: str, reason: str) -> None:
        """Show only the recipients in a place, there for a reason; '' and '' for all."""
        self.place, self.reason, self.page_number = place, reason, 1
        await self._read()

    @rx.event
    async def turn(self, step: int) -> None:
        self.page_number = max(1, min(self.shown.pages, self.page_number + step))
        await self._read()

    def _own_page(self) -> Any:
        return rx.redirect(f"/campaigns/{self._number}") if self._is_new else None

    async def _save(self) -> None:
        person, list_id = await signed_in(self), int(self.draft["list_id"] or 0)
        written = (self.draft["name"], list_id, self.draft["body"], person, self._number)
        pace = [self.draft[name].strip() for name in ("texts", "minutes")]
        if not all(number.isdecimal() for number in pace):
            raise CrmError("The pace is two whole numbers: so many texts in so many minutes.")
        self._number = await in_thread(actions.save_campaign, *written, *map(int, pace))

    async def _look(self) -> None:
        self.seen, list_id, body = Preview(), int(self.draft["list_id"] or 0), self.draft["body"]
        if list_id:
            self.seen = await in_thread(preview, list_id, body, await signed_in(self))

    async def _read(self) -> None:
        person = await signed_in(self)
        self.may_start = person.may(Permission.CAMPAIGN_START)
        which = (self.place, self.reason, self.page_number)
        self.shown = await in_thread(queries.campaign, self._number, person, *which)

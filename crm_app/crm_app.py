"""The route table: every page of the program, and what it loads."""

import logging
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from crm_app import api, listener, logs
from crm_app.admin.page import admin_page, schedule_page, settings_page
from crm_app.admin.state import AdminState, SettingsState
from crm_app.admin.webhooks_page import webhooks_page
from crm_app.admin.webhooks_state import WebhooksState
from crm_app.auth.guard import EntryState, Guard
from crm_app.auth.page import login_page, welcome_page
from crm_app.campaigns.page import campaign_page, campaigns_page
from crm_app.campaigns.state import CampaignsState, CampaignState
from crm_app.contacts.page import contact_page
from crm_app.contacts.state import ContactState
from crm_app.dashboard.page import today_page
from crm_app.dashboard.state import TodayState
from crm_app.doorkeeper import Doorkeeper
from crm_app.errors import CrmError, NotSignedInError
from crm_app.evidence.page import packet_page
from crm_app.evidence.state import PacketState, PanelState
from crm_app.frame import on_load
from crm_app.importing.page import import_page, imports_page
from crm_app.importing.state import ImportsState, ImportState
from crm_app.inbox.page import inbox_page, thread_page
from crm_app.inbox.state import InboxState, ThreadState
from crm_app.inbox.timeline_state import TimelineState
from crm_app.lists.page import contacts_page
from crm_app.lists.state import ContactsState
from crm_app.media.state import PhotosState, ToldState
from crm_app.merging.page import duplicates_page
from crm_app.merging.state import DuplicatesState
from crm_app.monitor.page import health_page
from crm_app.monitor.state import HealthState
from crm_app.monitor.watch import keep_looking
from crm_app.oversight.page import compliance_page
from crm_app.oversight.state import OversightState
from crm_app.people.state import NamesState
from crm_app.properties.page import property_page
from crm_app.properties.state import EditState, PropertyState
from crm_app.reconciliation.page import reconciliation_page
from crm_app.reconciliation.state import ReconciliationState
from crm_app.sandbox.kit.page import kit_page
from crm_app.sandbox.page import homeowner_page
from crm_app.sandbox.panel.page import sandbox_page
from crm_app.sandbox.panel.state import SandboxState
from crm_app.sandbox.state import HomeownerState
from crm_app.screening.state import ListsState
from crm_app.settings import settings
from crm_app.ui.attrs import toast
from crm_app.ui.frame import look
from crm_app.work.state import TodoState

logger = logging.getLogger(__name__)


def show_error(exception: Exception) -> EventSpec | None:  # Reflex insists on this argument's name
    """Turn an exception of an event handler into something for the person."""
    if isinstance(exception, NotSignedInError):
        return rx.redirect("/login")
    if isinstance(exception, CrmError):
        return toast(str(exception), "blocked")
    logger.error("an event handler failed", exc_info=exception)
    return toast("Something went wrong. It has been logged. Try again.", "blocked")


logs.set_up()
app = rx.App(
    api_transformer=[api.build(), Doorkeeper], backend_exception_handler=show_error, **look()
)
app.add_middleware(Guard())
listener.start(app)
app.register_lifespan_task(keep_looking)
_INBOX = on_load(InboxState.load, ThreadState.load, PanelState.load, TodoState.load)
_CARD = EditState.load, PhotosState.load, TimelineState.load
_PAGES: list[tuple[str, str, Any, list[Any]]] = [
    ("/", "Today", today_page, on_load(TodayState.load, TodoState.load)),
    ("/inbox", "Inbox", inbox_page, _INBOX),
    ("/inbox/[conversation_id]", "Inbox", thread_page, _INBOX),
    ("/contacts", "Contacts", contacts_page, on_load(ContactsState.load)),
    ("/contacts/duplicates", "Duplicates", duplicates_page, on_load(DuplicatesState.load)),
    (
        "/contacts/[contact_id]",
        "Contact",
        contact_page,
        on_load(
            ContactState.load,
            PanelState.load,
            NamesState.load,
            TodoState.load,
            DuplicatesState.load,
            *_CARD,
        ),
    ),
    ("/properties/[property_id]", "House", property_page, on_load(PropertyState.load, *_CARD)),
    ("/imports", "Imports", imports_page, on_load(ImportsState.load)),
    ("/imports/[import_id]", "Import", import_page, on_load(ImportState.load)),
    ("/campaigns", "Campaigns", campaigns_page, on_load(CampaignsState.load)),
    ("/campaigns/new", "New campaign", campaign_page, on_load(CampaignState.load)),
    ("/campaigns/[campaign_id]", "Campaign", campaign_page, on_load(CampaignState.load)),
    ("/compliance", "Compliance", compliance_page, on_load(OversightState.load, ListsState.load)),
    ("/compliance/[e164]", "Evidence", packet_page, on_load(PacketState.load)),
    ("/admin", "Admin", admin_page, on_load(AdminState.load)),
    ("/admin/health", "Health", health_page, on_load(HealthState.load)),
    ("/admin/schedule", "Schedule", schedule_page, on_load(AdminState.load)),
    ("/admin/webhooks", "Webhooks", webhooks_page, on_load(WebhooksState.load)),
    (
        "/admin/reconciliation",
        "Reconciliation",
        reconciliation_page,
        on_load(ReconciliationState.load, NamesState.load),
    ),
    (
        "/settings",
        "Settings",
        settings_page,
        on_load(EntryState.load, SettingsState.load, ToldState.load),
    ),
    ("/login", "Sign in", login_page, [EntryState.load]),
    ("/welcome", "Welcome", welcome_page, [EntryState.load]),
]
if settings().is_sandbox:
    _PAGES += [
        ("/homeowner", "A homeowner's phone", homeowner_page, on_load(HomeownerState.load)),
        ("/admin/sandbox", "Sandbox", sandbox_page, on_load(SandboxState.load)),
        ("/dev/kit", "The kit", kit_page, []),
    ]
for _route, _title, _page, _loads in _PAGES:
    app.add_page(_page, route=_route, title=f"{_title} · Attack-a-Crack", on_load=_loads)

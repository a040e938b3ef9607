"""/campaigns, and /campaigns/new and /campaigns/[campaign_id], which are one page."""

from typing import Any

import reflex as rx

from crm_app.campaigns.components import HINT, as_people_get_it, to_me, writing
from crm_app.campaigns.queries import CampaignRow
from crm_app.campaigns.state import START, CampaignsState, CampaignState
from crm_app.frame import page
from crm_app.inbox.components import decision
from crm_app.outbox.standing import PLACES, PlaceRow, RecipientRow, words
from crm_app.settings import settings
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button, text_area
from crm_app.ui.lists import list_row, pager, rows
from crm_app.ui.pieces import badge, banner, card, confirm, empty_state, progress, skeleton, stat

CANCEL = "cancel-campaign"


def campaigns_page() -> rx.Component:
    state = CampaignsState
    new = button("New campaign", href="/campaigns/new", icon_name="plus", testid="campaign-new")
    nothing = empty_state("No campaign yet. Import a list, then write the first text.")
    shown = rx.cond(state.rows, rows(rx.foreach(state.rows, _campaign)), nothing)
    listed = rx.cond(state.is_loaded, shown, skeleton(5))
    told = rx.el.p("Our number, last 30 days: ", state.figures, data_testid="figures")
    return page(
        "Campaigns", rx.cond(state.figures != "", told), listed, active="campaigns", action=new
    )


def _campaign(row: CampaignRow) -> rx.Component:
    return list_row(
        href=f"/campaigns/{row.id}", title=row.name, detail=row.detail, meta=row.when,
        badge=badge(row.state_words, row.tone), testid="campaign-row",
    )  # fmt: skip


def campaign_page() -> rx.Component:
    """Draw one campaign: a draft to write and start, or where everybody stands."""
    state, shown = CampaignState, CampaignState.shown
    start = button("Start", icon_name="send", on_click=state.ask, testid="campaign-start")
    pause = button("Pause", kind="plain", on_click=state.change("pause"), testid="campaign-pause")
    resume = button("Resume", on_click=state.change("resume"), testid="campaign-resume")
    verbs: Any = {"new": start, "draft": start, "active": pause, "paused": resume}
    verb: Any = rx.match(shown.state, *verbs.items(), rx.fragment())
    drawn: Any = {
        "": skeleton(6), "missing": empty_state("There is no such campaign."),
        "new": writing(), "draft": rx.fragment(_head(), writing()),
    }  # fmt: skip
    return page(
        rx.cond(shown.name != "", shown.name, "Campaign"),
        rx.match(shown.state, *drawn.items(), rx.fragment(_head(), _running())),
        _dialogs(), active="campaigns", back="/campaigns", action=rx.cond(state.may_start, verb),
    )  # fmt: skip


def _head() -> rx.Component:
    state, shown = CampaignState, CampaignState.shown
    is_open = (shown.state != "completed") & (shown.state != "cancelled")
    cancel = button("Cancel", kind="danger", on_click=opens(CANCEL), testid="campaign-cancel")
    return rx.el.div(
        badge(shown.state_words, shown.tone, testid="campaign-state"),
        rx.el.span(shown.list_name, class_name="mr-auto min-w-0 truncate text-muted"),
        rx.cond(state.may_start & is_open, cancel),
        class_name="flex items-center gap-3",
    )


def _running() -> rx.Component:
    state, shown = CampaignState, CampaignState.shown
    tiles = [
        stat(words(name), getattr(shown.numbers, name), testid=f"campaign-number-{name}")
        for name in ("audience", *PLACES)
    ]
    choose = state.choose("", "")
    everybody = button("Everybody", kind="quiet", on_click=choose, testid="campaign-everybody")
    is_open = (shown.state == "active") | (shown.state == "paused")
    turn = pager(state.page_number, shown.pages, state.turn(-1), state.turn(1))
    return rx.fragment(
        progress(shown.settled, shown.numbers.audience, "Done", testid="campaign-progress"),
        rx.el.div(*tiles, class_name="grid grid-cols-3 gap-2 lg:grid-cols-5 lg:gap-3"),
        rx.cond(shown.figures != "", rx.el.p(shown.figures, data_testid="figures")),
        card(rows(rx.foreach(shown.places, _place)), title="Where they stand, and why"),
        card(
            rows(rx.foreach(shown.people, _recipient)),
            rx.cond(shown.pages > 1, turn),
            title="Recipients",
            action=rx.cond(state.place != "", everybody),
        ),
        card(
            rx.foreach(shown.versions, _version),
            rx.cond(state.may_start & is_open, _rewording()),
            title="The text",
        ),
    )


def _version(one: Any) -> rx.Component:
    said = rx.el.p(one[1], class_name="whitespace-pre-wrap")
    about = rx.el.p(one[0], class_name="text-sm text-muted")
    return rx.el.div(about, said, data_testid="campaign-version")


def _rewording() -> rx.Component:
    state = CampaignState
    return rx.fragment(
        text_area("Another text for those who still wait", value=state.draft["body"],
                  on_change=state.write("body"), rows=4, hint=HINT, testid="campaign-body"),
        button("Use it from now on", kind="plain", on_click=state.reword, testid="campaign-reword"),
        to_me(), rx.cond(state.draft["body"] != state.shown.body, as_people_get_it()),
    )  # fmt: skip


def _place(one: PlaceRow) -> rx.Component:
    who = CampaignState.choose(one.place, one.reason)
    return rx.el.li(
        rx.el.span(one.people, class_name="w-10 shrink-0 text-right font-semibold tabular-nums"),
        rx.el.div(badge(one.words, one.tone), " ", one.reason, class_name="grow min-w-0"),
        button("Who", kind="quiet", on_click=who, testid="campaign-who"),
        class_name="flex items-center gap-3 py-1",
        data_testid="campaign-reason",
    )


def _recipient(row: RecipientRow) -> rx.Component:
    shown = list_row(
        href=row.href, title=row.name, detail=row.reason, meta=row.number,
        badge=badge(row.words, row.tone), testid="campaign-recipient",
    )  # fmt: skip
    asks = rx.el.li(row.reason, decision(row.asks, row.is_uncertain), class_name="px-3 text-sm")
    return rx.fragment(shown, rx.cond(row.asks != 0, asks))


def _dialogs() -> rx.Component:
    state = CampaignState
    note = banner("This is a sandbox: no real text leaves this machine.", "sandbox")
    real = note if settings().is_sandbox else rx.el.strong("Real people get it.")
    asked = rx.el.div(rx.el.p(state.question), real, class_name="space-y-2")
    return rx.fragment(
        confirm("Start this campaign?", asked, yes="Start", on_yes=state.change("start"),
                dialog_id=START, testid="campaign-start-confirm"),
        confirm("Cancel this campaign?", "What waits never leaves. This cannot be taken back.",
                yes="Cancel campaign", kind="danger", on_yes=state.change("cancel"),
                dialog_id=CANCEL, testid="campaign-cancel-confirm"),
    )  # fmt: skip

"""/campaigns, /campaigns/new and /campaigns/[campaign_id]."""

from typing import Any

import reflex as rx

from crm_app.campaigns.standing import PLACES
from crm_app.frame import page
from crm_app.outreach.components import CANCEL_DIALOG, dialogs, writing
from crm_app.outreach.queries import CampaignRow
from crm_app.outreach.recipients import PlaceReason, RecipientRow, words
from crm_app.outreach.state import CampaignsState, CampaignState, NewCampaignState
from crm_app.ui.forms import button, select
from crm_app.ui.lists import list_row, pager, rows
from crm_app.ui.overlays import opens
from crm_app.ui.pieces import (
    badge,
    card,
    chip,
    empty_state,
    error_state,
    progress,
    skeleton,
    stat,
)  # fmt: skip


def campaigns_page() -> rx.Component:
    """Draw the list of campaigns."""
    new = button("New campaign", href="/campaigns/new", icon_name="plus", testid="campaign-new")
    nothing = empty_state(
        "No campaign yet. Import a list, then write the first text.",
        button("Write a campaign", href="/campaigns/new"),
        icon_name="campaigns",
    )
    listed = rx.fragment(rows(rx.foreach(CampaignsState.rows, _campaign)), _pager(CampaignsState))
    shown = rx.cond(CampaignsState.rows, listed, nothing)
    return page(
        "Campaigns",
        rx.cond(CampaignsState.is_loaded, shown, skeleton(5)),
        active="campaigns",
        action=new,
    )


def _campaign(row: CampaignRow) -> rx.Component:
    done = rx.el.progress(
        value=row.settled, max=row.numbers.audience, class_name="meter hidden w-28 sm:block",
        custom_attrs={"aria-label": "Done"},
    )  # fmt: skip
    marks = rx.fragment(rx.cond(row.numbers.audience > 0, done), badge(row.state_words, row.tone))
    return list_row(
        href=f"/campaigns/{row.id}", title=row.name, detail=row.detail, meta=row.when,
        badge=marks, testid="campaign-row",
    )  # fmt: skip


def _pager(state: Any) -> rx.Component:
    """Draw the way through a long list, when it is one."""
    return rx.cond(
        state.pages > 1, pager(state.page_number, state.pages, state.turn(-1), state.turn(1))
    )


def new_campaign_page() -> rx.Component:
    """Draw the writing of a new campaign."""
    return page("New campaign", writing(), active="campaigns", back="/campaigns")


def campaign_page() -> rx.Component:
    """Draw one campaign: a draft to write and start, or where everybody stands."""
    shown = CampaignState.shown
    missing = error_state("There is no such campaign. It may have been another address.")
    found = rx.fragment(_head(), rx.cond(shown.state == "draft", writing(), _running()))
    return page(
        rx.cond(shown.name != "", shown.name, "Campaign"),
        rx.cond(CampaignState.is_loaded, rx.cond(shown.id == 0, missing, found), skeleton(6)),
        dialogs(),
        active="campaigns",
        back="/campaigns",
        action=rx.cond(CampaignState.may_start, _verbs()),
    )


def _verbs() -> Any:
    """Draw the one thing to do next with the campaign as it stands."""
    start = button("Start", icon_name="send", on_click=NewCampaignState.save_and_ask,
                   testid="campaign-start")  # fmt: skip
    pause = button(
        "Pause", kind="plain", on_click=CampaignState.change("pause"), testid="campaign-pause"
    )
    resume = button("Resume", on_click=CampaignState.change("resume"), testid="campaign-resume")
    return rx.match(
        CampaignState.shown.state,
        ("draft", start), ("active", pause), ("paused", resume), rx.fragment(),
    )  # fmt: skip


def _head() -> rx.Component:
    """Draw how it stands, to whom it goes, and the way to end it."""
    shown = CampaignState.shown
    is_open = (shown.state == "draft") | (shown.state == "active") | (shown.state == "paused")
    cancel = button("Cancel", kind="danger", on_click=opens(CANCEL_DIALOG),
                    testid="campaign-cancel")  # fmt: skip
    return rx.el.div(
        badge(shown.state_words, shown.tone, testid="campaign-state"),
        rx.el.span(shown.list_name, class_name="mr-auto min-w-0 truncate text-muted"),
        rx.cond(CampaignState.may_start & is_open, cancel),
        class_name="flex items-center gap-3",
    )


def _running() -> rx.Component:
    """Draw the numbers, the reasons, the text and the people of a campaign that was started."""
    shown = CampaignState.shown
    tiles = [
        stat(words(name), getattr(shown.numbers, name), testid=f"campaign-number-{name}")
        for name in ("audience", *PLACES)
    ]
    numbers = rx.el.div(*tiles, class_name="grid grid-cols-3 gap-2 lg:grid-cols-5 lg:gap-3")
    return rx.fragment(
        progress(shown.settled, shown.numbers.audience, "Done", testid="campaign-progress"),
        numbers,
        rx.el.p(shown.sum_words, class_name="text-sm text-muted tabular-nums",
                custom_attrs={"data-testid": "campaign-sum"}),
        rx.cond(
            CampaignState.reasons,
            card(rows(rx.foreach(CampaignState.reasons, _reason)), title="Held, skipped, failed"),
        ),
        card(rx.el.p(shown.body, class_name="whitespace-pre-wrap"), title="The text"),
        _recipients(),
    )  # fmt: skip


def _reason(one: PlaceReason) -> rx.Component:
    """Draw a reason with how many people it keeps, and the way to see who."""
    who = button("Who", kind="quiet", testid="campaign-who",
                 on_click=CampaignState.choose(one.place, one.reason))  # fmt: skip
    return rx.el.li(
        rx.el.span(one.people, class_name="w-10 shrink-0 text-right font-semibold tabular-nums"),
        rx.el.span(one.reason, class_name="grow min-w-0"),
        badge(one.words, one.tone),
        who,
        class_name="flex items-center gap-3 py-1",
        custom_attrs={"data-testid": "campaign-reason"},
    )


def _recipients() -> rx.Component:
    """Draw one page of the recipients that were chosen."""
    choices = [("", "Everybody"), *((place, words(place)) for place in PLACES)]
    place = select(
        "Show", choices, CampaignState.place,
        lambda chosen: CampaignState.choose(chosen, ""), "campaign-filter", hide_label=True,
    )  # fmt: skip
    why = rx.cond(
        CampaignState.reason != "",
        chip(CampaignState.reason, CampaignState.choose(CampaignState.place, "")),
    )
    return card(
        why,
        rx.cond(
            CampaignState.rows,
            rows(rx.foreach(CampaignState.rows, _recipient)),
            empty_state("Nobody here."),
        ),
        _pager(CampaignState),
        title="Recipients",
        action=place,
    )


def _recipient(row: RecipientRow) -> rx.Component:
    state = badge(row.words, row.tone)
    linked = list_row(
        href=row.href, title=row.name, detail=row.reason, meta=row.number, badge=state,
        testid="campaign-recipient",
    )  # fmt: skip
    reason = rx.el.span(row.reason, class_name="grow text-sm text-muted")
    plain = rx.el.li(row.name, reason, state, class_name="row")
    return rx.cond(row.href != "", linked, plain)

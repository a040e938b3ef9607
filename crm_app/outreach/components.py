"""Pieces of the campaign screens: writing a text, what it would be, and the question at a start."""

import json

import reflex as rx

from crm_app.campaigns.preview import Sample
from crm_app.campaigns.rendering import FIELDS
from crm_app.outreach.state import START_DIALOG, CampaignState
from crm_app.outreach.writing_state import NewCampaignState as Writing
from crm_app.settings import settings
from crm_app.ui.forms import button, field, select, text_area
from crm_app.ui.lists import bubble
from crm_app.ui.overlays import confirm
from crm_app.ui.pieces import badge, banner, card, empty_state

CANCEL_DIALOG = "cancel-campaign"
_CURSOR = '[document.getElementById("campaign-body")?.selectionStart ?? 1e6, %s]'


def writing() -> rx.Component:
    """Draw the fields of a draft beside what the text would be for real people."""
    chips = [
        button(name.replace("_", " ").capitalize(), kind="plain", icon_name="plus",
               on_click=rx.call_script(_CURSOR % json.dumps(name), callback=Writing.insert),
               testid="campaign-field")
        for name in FIELDS
    ]  # fmt: skip
    form = card(
        field("Name", value=Writing.name, on_change=Writing.rename, testid="campaign-name",
              placeholder="Spring, Norwood"),
        select("List", Writing.choices, Writing.list_id, Writing.choose, "campaign-list"),
        rx.cond(
            Writing.is_attested,
            rx.fragment(),
            banner("Nobody has attested the right to text this list. The owner does that where"
                   " it was imported.", "held", testid="campaign-not-attested"),
        ),
        text_area("Text", value=Writing.body, on_change=Writing.write, rows=5,
                  testid="campaign-body", hint="Say what stands in for a blank after a bar:"
                  " {first_name|there}"),
        rx.el.div(*chips, class_name="flex flex-wrap gap-2"),
        button("Save draft", on_click=Writing.save, testid="campaign-save"),
    )  # fmt: skip
    return rx.el.div(form, _preview(), class_name="grid items-start gap-4 lg:grid-cols-2")


def _preview() -> rx.Component:
    """Draw what would happen if this text were started now."""
    seen = Writing.seen
    facts = rx.el.p(
        rx.el.strong(seen.texted), " of ", seen.audience, " people get a text · ", seen.segments,
        " segments · ", rx.el.strong(seen.cost), testid="campaign-cost",
        class_name="tabular-nums",
    )  # fmt: skip
    without = rx.el.p(seen.without_number, " without any number", class_name="text-sm text-muted")
    return card(
        facts,
        rx.cond(seen.without_number > 0, without),
        rx.foreach(seen.skipped, lambda said: rx.el.p(said, class_name="text-sm text-muted")),
        rx.cond(seen.problem != "", banner(seen.problem, "blocked", testid="campaign-problem")),
        rx.foreach(seen.blanks, lambda said: banner(said, "blocked", testid="campaign-blank")),
        rx.foreach(seen.warnings, lambda said: banner(said, "held", testid="campaign-warning")),
        rx.cond(
            seen.samples,
            rx.el.ul(rx.foreach(seen.samples, _sample), class_name="space-y-4"),
            empty_state("Choose a list and write: the text appears here as people get it."),
        ),
        title="As people get it",
        testid="campaign-preview",
    )


def _sample(one: Sample) -> rx.Component:
    head = rx.el.div(
        rx.el.strong(one.who),
        rx.el.span(one.number, class_name="text-muted tabular-nums"),
        rx.cond(one.is_longest, badge("Longest")),
        class_name="flex flex-wrap items-center gap-2 text-sm",
    )
    return rx.el.li(head, bubble(one.text, "out", one.size, "campaign"), class_name="space-y-1")


def dialogs() -> rx.Component:
    """Hold the two questions: before a start, and before the end."""
    note = banner("This is a sandbox: no real text leaves this machine.", "sandbox")
    asked = rx.el.div(
        rx.foreach(CampaignState.starting, lambda said: rx.el.p(said)),
        note if settings().is_sandbox else rx.el.strong("Real people get it."),
        class_name="space-y-2",
    )
    return rx.fragment(
        confirm("Start this campaign?", asked, yes="Start", on_yes=CampaignState.change("start"),
                dialog_id=START_DIALOG, testid="campaign-start-confirm"),
        confirm("Cancel this campaign?", "What waits never leaves. What has left stays in the"
                " threads. This cannot be taken back.", yes="Cancel campaign", kind="danger",
                on_yes=CampaignState.change("cancel"), dialog_id=CANCEL_DIALOG,
                testid="campaign-cancel-confirm"),
    )  # fmt: skip

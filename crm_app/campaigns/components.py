"""A draft being written, beside what people would get, and the way to one's own phone."""

import reflex as rx

from crm_app.campaigns.preview import Sample
from crm_app.campaigns.state import STARTERS, CampaignState
from crm_app.campaigns.wording import FALLBACKS
from crm_app.ui.controls import button, field, select, text_area
from crm_app.ui.lists import bubble
from crm_app.ui.pieces import banner, card, empty_state

HINT = " ".join(f"{{{name}}}" for name in FALLBACKS) + ", or with a stand-in: {first_name|there}"


def writing() -> rx.Component:
    state, draft = CampaignState, CampaignState.draft
    begin = [("", "…"), *((name, name) for name in STARTERS)]
    pace = rx.el.div(
        field("Texts", value=draft["texts"], on_change=state.write("texts"),
              input_mode="numeric", testid="campaign-texts"),
        field("in minutes", value=draft["minutes"], on_change=state.write("minutes"),
              input_mode="numeric", testid="campaign-minutes"),
        class_name="grid grid-cols-2 gap-3",
    )  # fmt: skip
    form = card(
        field("Name", value=draft["name"], on_change=state.write("name"), testid="campaign-name"),
        select("List", state.lists, draft["list_id"], state.write("list_id"), "campaign-list"),
        select("Begin with", begin, "", state.begin_with,
               "campaign-starter"),
        text_area("Text", value=draft["body"], on_change=state.write("body"), rows=5, hint=HINT,
                  testid="campaign-body"),
        rx.cond(CampaignState.seen.extras != "", rx.el.p(
            "Also of this list: ", CampaignState.seen.extras, class_name="text-sm text-muted",
            data_testid="campaign-extras")),
        pace,
        button("Save draft", on_click=state.save, testid="campaign-save"),
        to_me(),
    )  # fmt: skip
    return rx.el.div(form, as_people_get_it(), class_name="grid items-start gap-4 lg:grid-cols-2")


def as_people_get_it() -> rx.Component:
    seen = CampaignState.seen
    nothing = empty_state("Choose a list and write: the text appears here as people get it.")
    return card(
        rx.el.p(seen.summary, data_testid="campaign-cost", class_name="tabular-nums"),
        rx.foreach(seen.skipped, lambda said: rx.el.p(said, class_name="text-sm text-muted")),
        rx.foreach(seen.problems, lambda said: banner(said, "blocked", testid="campaign-problem")),
        rx.foreach(seen.warnings, lambda said: banner(said, "held", testid="campaign-warning")),
        rx.cond(seen.samples, rx.foreach(seen.samples, _sample), nothing),
        title="As people get it",
        testid="campaign-preview",
    )


def to_me() -> rx.Component:
    form = rx.el.form(
        rx.el.div(field("Your own phone", name="phone", input_mode="tel", testid="my-phone"),
                  class_name="grow"),
        button("Send it to me", kind="plain", type_="submit", testid="send-to-me"),
        on_submit=CampaignState.send_to_me, class_name="flex items-end gap-3",
    )  # fmt: skip
    return rx.cond(CampaignState.may_start, form)


def _sample(one: Sample) -> rx.Component:
    text = bubble(one.text, "out", one.size, "campaign")
    return rx.el.div(rx.el.strong(one.who), text, class_name="text-sm")

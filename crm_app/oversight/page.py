"""/compliance: today, frozen numbers, opt-outs, decisions, checks."""

from typing import Any

import reflex as rx

from crm_app.evidence.components import LINE, PROOF, SMALL, decision
from crm_app.evidence.decisions import LABELS
from crm_app.evidence.why import PURPOSES
from crm_app.frame import page
from crm_app.oversight.queries import NumberRow
from crm_app.oversight.selftest import Golden
from crm_app.oversight.state import ADD, LIFT, OversightState
from crm_app.screening.components import lists_card
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button, field, form, link, search_field, select
from crm_app.ui.lists import entry, listed, pager, tabs
from crm_app.ui.pieces import badge, card, dialog, skeleton, small, stat, when

VIEWS = [("Now", "now"), ("Opt-outs", "stops"), ("Decisions", "decisions"), ("Checks", "checks")]
CHOICES = {
    "verdict": {"": "All verdicts", "allowed": "Allowed", "held": "Held", "never": "Never"},
    "purpose": {"": "All purposes"} | {key: name.capitalize() for key, name in PURPOSES.items()},
    "rule": {"": "All rules"} | LABELS["rules"],
}
KEPT = "Kept for ever, with your name."
NOBODY_WAITS = "Nobody waits for you. Who writes something that wants a person's eyes appears here."


def compliance_page() -> rx.Component:
    state = OversightState
    views = [("stops", _stops()), ("decisions", _decisions()), ("checks", _checks()), _now()]
    return page(
        "Compliance",
        tabs(VIEWS, state.view, lambda key: state.choose(key), "compliance-view"),
        rx.cond(state.is_loaded, rx.match(state.view, *views), skeleton(6)),
        _dialogs(), active="compliance",
        action=button("Stop a number", icon_name="plus", on_click=opens(ADD), testid="stop-add"),
    )  # fmt: skip


def _view(*parts: Any) -> rx.Component:
    return rx.el.div(*parts, class_name="space-y-4 max-w-4xl")


def _now() -> rx.Component:
    state, today = OversightState, OversightState.today
    tone = rx.cond(today.is_open, "font-semibold text-fine", "font-semibold text-held")
    reasons = rx.foreach(today.reasons, lambda one: rx.el.li(rx.el.strong(one[1]), " ", one[0]))
    return _view(
        rx.el.div(
            stat("Cold texts today", f"{today.used} of {today.cap}", testid="cold-today"),
            stat("Campaign texts held", today.held, testid="held-today"),
            class_name="grid grid-cols-2 gap-2 lg:gap-3",
        ),
        rx.el.p(today.window, class_name=tone, data_testid="window"),
        rx.cond(today.reasons, card(rx.el.ul(reasons), title="Why texts are held")),
        card(listed(state.frozen, _frozen, NOBODY_WAITS), title="Frozen, the oldest first"),
    )


def _number(row: NumberRow, *buttons: Any, testid: str) -> rx.Component:
    """Draw a number with somebody's words about it, and what can be done."""
    name = link(row.name, href=row.href, class_name="text-text hover:underline")
    number = rx.cond(row.name != row.number, rx.el.span(row.number, class_name="tabular-nums"))
    return entry(
        [name, number],
        rx.cond(row.said != "", rx.el.p(f"“{row.said}”", class_name="whitespace-pre-wrap")),
        rx.el.div(
            rx.el.span(row.because, class_name=SMALL),
            rx.el.div(*buttons, class_name="ml-auto flex flex-wrap gap-2"), class_name=LINE,
        ),
        at=when(row.age, row.exact), testid=testid,
    )  # fmt: skip


def _frozen(row: NumberRow) -> rx.Component:
    settle = OversightState.settle
    return _number(
        row,
        button("Stop", kind="danger", on_click=settle(row.id, "stop"), testid="frozen-stop"),
        button("Go on", kind="plain", on_click=settle(row.id, "go on"), testid="frozen-go-on"),
        rx.cond(row.thread != "", button("Answer", href=row.thread, testid="frozen-answer")),
        testid="frozen-row",
    )


def _stop(row: NumberRow) -> rx.Component:
    lift = button("Lift", kind="plain", on_click=OversightState.ask(row.e164), testid="stop-lift")
    return _number(row, rx.cond(OversightState.may_lift, lift), testid="stop-row")


def _stops() -> rx.Component:
    state, words = OversightState, OversightState.chosen["words"]
    turn = pager(state.page_number, state.pages, state.turn(-1), state.turn(1))
    alone = f"Opt-outs in words that OpenPhone does not know, which we alone keep: {state.alone}."
    others = listed(state.refused, lambda row: _number(row, testid="refused-row"))
    differ = card(small(alone), others, title="Where OpenPhone and we disagree")
    return _view(
        search_field(words, state.narrow("words"), "Name, number or words", "stop-search"),
        rx.cond(words == "", differ),
        card(listed(state.stops, _stop, "No opt-out fits."), rx.cond(state.pages > 1, turn),
             title=f"Opted out ({state.total})"),
    )  # fmt: skip


def _decisions() -> rx.Component:
    state, chosen = OversightState, OversightState.chosen
    narrow = [
        select(name.capitalize(), [*options.items()], chosen[name], state.narrow(name),
               f"decision-{name}")
        for name, options in CHOICES.items()
    ]  # fmt: skip
    number = search_field(chosen["number"], state.narrow("number"), "Number", "decision-number")
    older = button("Show older", kind="quiet", on_click=state.older, testid="decisions-older")
    again = state.choose("decisions")
    newest = button("Newest", kind="quiet", on_click=again, testid="decisions-newest")
    leaf = [rx.cond(state.before != 0, newest), rx.cond(state.last != 0, older)]
    grid = "grid grid-cols-2 gap-2 lg:grid-cols-4 lg:gap-3 [&_label]:sr-only"
    return _view(
        rx.el.div(*narrow, number, class_name=grid),
        card(listed(state.decisions, decision, "No decision fits."),
             rx.el.div(*leaf, class_name="flex justify-center")),
    )  # fmt: skip


def _golden(case: Golden) -> rx.Component:
    mark = rx.cond(case.is_ok, badge("ok", "fine"), badge("wrong", "blocked"))
    return entry([case.name, mark], small(case.words), testid="golden")


def _checks() -> rx.Component:
    state = OversightState
    told = f"Golden cases against the live settings, run at {state.tested}."
    again = state.choose("checks")
    return _view(
        card(
            small(told),
            listed(state.golden, _golden),
            title="Self-test",
            action=button("Run it now", kind="plain", on_click=again, testid="self-test"),
        ),
        lists_card(),
    )


def _dialogs() -> rx.Component:
    state = OversightState
    add = form(
        field("Phone", name="phone", type_="tel", required=True, testid="stop-phone"),
        field("Why", name="why", required=True, hint=KEPT, testid="stop-why"),
        on_submit=state.add, verb="Stop texts", testid="stop-save",
    )  # fmt: skip
    lift = form(
        rx.el.p(state.asked, class_name="font-semibold tabular-nums"),
        field("Why", name="because", required=True, hint=KEPT, testid="lift-because"),
        field("Proof", name="proof", required=True, hint=PROOF, testid="lift-proof"),
        on_submit=state.lift, verb="Allow texts again", testid="lift-save",
    )  # fmt: skip
    return rx.fragment(
        dialog("Stop texts to a number", add, dialog_id=ADD),
        dialog("Allow texts again", lift, dialog_id=LIFT),
    )

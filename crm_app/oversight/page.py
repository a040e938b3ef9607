"""/compliance: today, frozen numbers, opt-outs, decisions, checks."""

from typing import Any

import reflex as rx

from crm_app.compliance import gate
from crm_app.evidence import why
from crm_app.evidence.components import LINE, PROOF, SMALL, decision
from crm_app.evidence.decisions import LABELS
from crm_app.frame import page
from crm_app.oversight.queries import NumberRow
from crm_app.oversight.selftest import Golden
from crm_app.oversight.state import ADD, LIFT, OversightState
from crm_app.screening.components import lists_card
from crm_app.ui.attrs import opens
from crm_app.ui.controls import button, field, link, search_field, select
from crm_app.ui.lists import pager, tabs
from crm_app.ui.pieces import badge, card, dialog, empty_state, skeleton, stat, when

VIEWS = [("Now", "now"), ("Opt-outs", "stops"), ("Decisions", "decisions"), ("Checks", "checks")]
VERDICTS = [("", "All verdicts"), ("allowed", "Allowed"), ("held", "Held"), ("never", "Never")]
PURPOSES = [("", "All purposes"), *((key, name.capitalize()) for key, name in why.PURPOSES.items())]
RULES = [("", "All rules")] + [
    (rule.__name__, LABELS["rules"][rule.__name__])
    for rule in (*gate.NEVER, *gate.PERSON, *gate.WAIT, *gate.ASK)
]


def compliance_page() -> rx.Component:
    state = OversightState
    views: Any = {"now": _now, "stops": _stops, "decisions": _decisions, "checks": _checks}
    drawn = [(key, draw()) for key, draw in views.items()]
    add = button("Stop a number", icon_name="plus", on_click=opens(ADD), testid="stop-add")
    return page(
        "Compliance",
        tabs(VIEWS, state.view, lambda key: state.choose(key), "compliance-view"),
        rx.cond(state.is_loaded, rx.match(state.view, *drawn, rx.fragment()), skeleton(6)),
        _dialogs(), active="compliance", action=add,
    )  # fmt: skip


def _now() -> rx.Component:
    state, today = OversightState, OversightState.today
    tone = rx.cond(today.is_open, "font-semibold text-fine", "font-semibold text-held")
    used = rx.el.span(f"{today.used} of {today.cap}")
    reasons = rx.foreach(
        today.reasons,
        lambda one: rx.el.li(
            rx.el.span(one[1], class_name="w-10 text-right font-semibold tabular-nums"),
            rx.el.span(one[0], class_name="min-w-0"), class_name="flex gap-3",
        ),
    )  # fmt: skip
    return rx.el.div(
        rx.el.div(
            stat("Cold texts today", used, testid="cold-today"),  # pyright: ignore[reportArgumentType]
            stat("Campaign texts held", today.held, testid="held-today"),
            class_name="grid grid-cols-2 gap-2 lg:gap-3",
        ),
        rx.el.p(today.window, class_name=tone, data_testid="window"),
        rx.cond(today.reasons, card(rx.el.ul(reasons), title="Why texts are held")),
        card(
            rx.cond(
                state.frozen, rx.el.ul(rx.foreach(state.frozen, _frozen), class_name="rows"),
                empty_state("Nobody waits for you. Who writes something that wants a person's eyes"
                            " appears here.", icon_name="check"),
            ),
            title="Frozen, the oldest first",
        ),
        class_name="space-y-4 max-w-3xl",
    )  # fmt: skip


def _number(row: NumberRow, *buttons: Any, testid: str) -> rx.Component:
    """Draw a number with somebody's words about it, and what can be done."""
    return rx.el.li(
        rx.el.div(
            link(row.name, href=row.href, class_name="font-semibold text-text hover:underline"),
            rx.cond(row.name != row.number, rx.el.span(row.number, class_name="tabular-nums")),
            rx.el.span(when(row.age, row.exact), class_name=f"ml-auto {SMALL}"), class_name=LINE,
        ),
        rx.cond(row.said != "", rx.el.p(f"“{row.said}”", class_name="whitespace-pre-wrap")),
        rx.el.div(
            rx.el.span(row.because, class_name=SMALL),
            rx.el.div(*buttons, class_name="ml-auto flex flex-wrap gap-2"), class_name=LINE,
        ),
        class_name="space-y-1 py-3", data_testid=testid,
    )  # fmt: skip


def _frozen(row: NumberRow) -> rx.Component:
    settle = OversightState.settle
    answer = button("Answer", href=row.thread, testid="frozen-answer")
    return _number(
        row,
        button("Stop", kind="danger", on_click=settle(row.id, "stop"), testid="frozen-stop"),
        button("Go on", kind="plain", on_click=settle(row.id, "go on"), testid="frozen-go-on"),
        rx.cond(row.thread != "", answer),
        testid="frozen-row",
    )


def _stop(row: NumberRow, testid: str) -> rx.Component:
    lift = button("Lift", kind="plain", on_click=OversightState.ask(row.id), testid="stop-lift")
    return _number(row, rx.cond(OversightState.may_lift, lift), testid=testid)


def _stops() -> rx.Component:
    state = OversightState
    turn = pager(state.page_number, state.pages, state.turn(-1), state.turn(1))
    found = rx.fragment(
        rx.el.ul(rx.foreach(state.stops, lambda row: _stop(row, "stop-row")), class_name="rows"),
        rx.cond(state.pages > 1, turn),
    )
    others = rx.foreach(state.refused, lambda row: _number(row, testid="refused-row"))
    why_not = rx.el.p(
        f"{state.alone} opt-outs are in words that OpenPhone does not know: we alone keep them.",
        class_name=SMALL,
    )
    differ = card(
        why_not, rx.el.ul(others, class_name="rows"), title="Where OpenPhone and we disagree"
    )
    return rx.el.div(
        search_field(state.typed, state.search, "Name, number or words", "stop-search"),
        rx.cond((state.typed == "") & (state.differs), differ),
        card(
            rx.cond(state.stops, found, empty_state("No opt-out fits.", icon_name="check")),
            title=f"Opted out ({state.total})",
        ),
        class_name="space-y-4 max-w-3xl",
    )  # fmt: skip


def _decisions() -> rx.Component:
    state, chosen = OversightState, OversightState.chosen
    choices = {"verdict": VERDICTS, "purpose": PURPOSES, "rule": RULES}
    boxes = [
        select(name.capitalize(), options, chosen[name], state.narrow(name), f"decision-{name}")
        for name, options in choices.items()
    ]
    number = search_field(chosen["number"], state.narrow("number"), "Number", "decision-number")
    older = button("Show older", kind="quiet", on_click=state.older, testid="decisions-older")
    newest = button("Newest", kind="quiet", on_click=state.newest, testid="decisions-newest")
    grid = "grid grid-cols-2 gap-2 lg:grid-cols-4 lg:gap-3 [&_label]:sr-only"
    return rx.el.div(
        rx.el.div(*boxes, number, class_name=grid),
        card(
            rx.cond(
                state.decisions, rx.el.ul(rx.foreach(state.decisions, decision), class_name="rows"),
                empty_state("No decision fits.", icon_name="check"),
            ),
            rx.el.div(
                rx.cond(state.before != 0, newest), rx.cond(~state.is_oldest, older),
                class_name="flex justify-center",
            ),
        ),
        class_name="space-y-4 max-w-4xl",
    )  # fmt: skip


def _golden(case: Golden) -> rx.Component:
    mark = rx.cond(case.is_ok, badge("ok", "fine"), badge("wrong", "blocked"))
    return rx.el.li(
        rx.el.div(mark, case.name, class_name=LINE), rx.el.p(case.words, class_name=SMALL),
        class_name="py-2", data_testid="golden",
    )  # fmt: skip


def _checks() -> rx.Component:
    state = OversightState
    run = button("Run it now", kind="plain", on_click=state.test, testid="self-test")
    told = rx.el.p(f"Golden cases against the live settings, run at {state.tested}.",
                   class_name=SMALL)  # fmt: skip
    cases = rx.el.ul(rx.foreach(state.golden, _golden), class_name="rows")
    test = card(told, cases, title="Self-test", action=run)
    return rx.el.div(test, lists_card(), class_name="space-y-4 max-w-3xl")


def _dialogs() -> rx.Component:
    state, kept = OversightState, "Kept for ever, with your name."

    def form(verb: str, testid: str, on_submit: Any, *fields: Any) -> rx.Component:
        done = button(verb, type_="submit", wide=True, testid=testid)
        return rx.el.form(*fields, done, on_submit=on_submit, class_name="space-y-4")

    add = form(
        "Stop texts", "stop-save", state.add,
        field("Phone", name="phone", type_="tel", required=True, testid="stop-phone"),
        field("Why", name="why", required=True, hint=kept, testid="stop-why"),
    )  # fmt: skip
    lift = form(
        "Allow texts again", "lift-save", state.lift,
        rx.el.p(state.asked, class_name="font-semibold tabular-nums"),
        field("Why", name="because", required=True, hint=kept, testid="lift-because"),
        field("Proof", name="proof", required=True, hint=PROOF, testid="lift-proof"),
    )  # fmt: skip
    return rx.fragment(
        dialog("Stop texts to a number", add, dialog_id=ADD),
        dialog("Allow texts again", lift, dialog_id=LIFT),
    )

"""What several pages show of a number: may we text it, what froze it, what was decided."""

import reflex as rx

from crm_app.evidence.decisions import DecisionRow
from crm_app.evidence.state import NOTE, NOTED, PanelState
from crm_app.evidence.why import Panel, Sentence
from crm_app.ui.controls import button, field, form, link, select
from crm_app.ui.lists import entry
from crm_app.ui.pieces import badge, banner, card, dialog, small

PROOF = "Where it lies that they want texts: a message, a signed paper."
LINE, SMALL = "flex flex-wrap items-center gap-x-3 gap-y-1", "text-sm text-muted"


def frozen_banner() -> rx.Component:
    """Draw what froze the numbers of this page, and the two ways out of it."""

    def draw(one: Panel) -> rx.Component:
        go_on, stop = (PanelState.settle(one.frozen_id, how) for how in ("go on", "stop"))
        verbs = rx.el.div(
            button("Go on", kind="plain", on_click=go_on, testid="thread-go-on"),
            button("Stop", kind="danger", on_click=stop, testid="thread-stop"),
            class_name="flex shrink-0 flex-wrap justify-end gap-2",
        )
        frozen = banner(one.frozen, "held", action=verbs, testid="frozen")
        return rx.cond(one.frozen_id != 0, frozen)

    return rx.foreach(PanelState.panels, draw)


def sentence(one: Sentence) -> rx.Component:
    """Draw what the gate says of one thing."""
    return rx.el.li(rx.el.strong(one[0], ": "), one[1])


def _panel(one: Panel) -> rx.Component:
    ask = PanelState.ask(one.e164)
    note = button("Note a consent", kind="quiet", on_click=ask, testid="consent-note")
    look = "py-2 hover:underline"
    evidence = link("Evidence", href=one.href, testid="evidence", class_name=look)
    return rx.el.div(
        rx.el.h3(one.number, class_name="font-semibold tabular-nums"),
        rx.el.ul(rx.foreach(one.sentences, sentence), class_name="space-y-1 text-sm"),
        rx.el.div(
            rx.cond(one.href != "", evidence),
            rx.cond(PanelState.may_note, note),
            class_name="flex flex-wrap items-center gap-x-3 text-sm text-accent-text",
        ),
        class_name="space-y-1",
    )


def may_we_text() -> rx.Component:
    """Draw what the gate says now of each number of this page, with its consent."""
    shown = card(rx.foreach(PanelState.panels, _panel), title="May we text?", testid="may-we-text")
    what = select("What they gave", list(NOTED.items()), PanelState.basis, PanelState.choose,
                  "consent-basis")  # fmt: skip
    note = form(
        rx.el.p(PanelState.asked, class_name="font-semibold tabular-nums"),
        what,
        field("Since", name="since", type_="date", required=True, testid="consent-since"),
        field("Where the proof lies", name="evidence", required=True, testid="consent-evidence",
              hint="A message, a signed paper, an invoice. Kept for ever, with your name."),
        on_submit=PanelState.note, verb="Note it", testid="consent-save",
    )  # fmt: skip
    return rx.cond(
        PanelState.panels, rx.fragment(shown, dialog("Note a consent", note, dialog_id=NOTE))
    )


def decision(row: DecisionRow) -> rx.Component:
    """Draw one decision with its rules, clocks and versions."""
    number = link(row.number, href=row.href, class_name="text-text tabular-nums hover:underline")
    about = small(row.clocks, " · ", row.versions)
    head = [badge(row.verdict, row.tone), number, rx.el.span(row.purpose)]
    return entry(head, rx.el.p(row.sentence), about, testid="decision-row")

"""The page /dev/kit: one example of each piece. Routed in sandbox mode only."""

import reflex as rx

from crm_app.ui import pieces as draw
from crm_app.ui.attrs import ICONS, icon, opens, toast
from crm_app.ui.controls import button, checkbox, field, select, text_area
from crm_app.ui.frame import screen
from crm_app.ui.lists import bubble, list_row, pager, rows, table, table_row, tabs
from crm_app.ui.pieces import badge, card, confirm, dialog

TONES = ("fine", "waiting", "held", "blocked", "optedout", "sandbox", "plain")
WORDS = ("Delivered", "Waiting", "Held", "Failed", "Opted out", "Sandbox", "Draft")


def _line(*children: rx.Component) -> rx.Component:
    return rx.el.div(*children, class_name="flex flex-wrap items-center gap-2")


def _marks() -> rx.Component:
    start, details = opens("kit-confirm"), opens("kit-sheet")
    when = draw.when("2 min ago", "Nov 3, 2025, 9:02")
    question = "312 people, from Monday 9:00. About $4.68."
    return card(
        _line(
            button("Start campaign", on_click=start, testid="kit-confirm-open"),
            button("Save draft", kind="plain", on_click=details, testid="kit-sheet-open"),
            button("Cancel campaign", kind="danger", on_click=toast("Not running", "blocked")),
            button("Skip", kind="quiet", on_click=toast("Draft saved"), testid="kit-toast"),
            button("Not yet", disabled=True),
        ),
        _line(*map(badge, WORDS, TONES)),
        _line(draw.avatar("MB"), when),
        _line(*map(icon, ICONS)),
        confirm("Start?", question, yes="Start", on_yes=toast("Started"), dialog_id="kit-confirm"),
        dialog("Details", "Of a thread.", dialog_id="kit-sheet", shape="sheet"),
        title="Buttons and marks",
    )


def _person(title: str, detail: str, initials: str, unread: bool) -> rx.Component:
    when = draw.when("2 min ago", "Nov 3, 2025, 9:02")
    lead, state = draw.avatar(initials), badge("Waiting", "waiting")
    said = {"title": title, "detail": detail, "meta": when, "unread": unread}
    return list_row(href="/dev/kit", badge=state, lead=lead, **said)


def kit_page() -> rx.Component:
    """Show one example of each piece."""
    stats = [draw.stat(*given) for given in (("Sent", 312), ("Answered", 41), ("Waiting", 88))]
    listed = [("1", "Norwood, built before 1960"), ("2", "Dedham")]
    fields = card(
        field("Name", name="name", placeholder="Maria Bell", hint="As it should stand in a text."),
        select("List", listed, "1", toast("Chosen"), "kit-list"),
        text_area("Text", name="text", default_value="Hi {first_name}, is your cellar dry?"),
        checkbox("I may text the people on this list.", True, toast("Attested"), "kit-checkbox"),
        title="Fields",
    )
    thread = card(
        bubble("This is Attack-a-Crack. Reply STOP to end.", "out", "9:00 · Delivered", "campaign"),
        bubble("Yes, the corner by the bulkhead leaks when it rains.", "in", "9:02"),
        bubble("Ask about the sump.", "out", "Dana · 9:03", "note"),
        bubble("We can look at it on Thursday.", "out", "9:12 · Sent"),
        title="Thread",
    )
    line = table_row("Norwood list", badge("Running", "fine"), "312", "41")
    lists = card(
        tabs([("Open", "open"), ("Done", "done")], "open", toast, "kit-tab"),
        rows(
            _person("Maria Bell", "Yes, the corner by the bulkhead leaks", "MB", True),
            _person("Tom Okafor", "You: We can look at it on Thursday.", "TO", False),
        ),
        table(["Campaign", "State", "Sent", "Answered"], line),
        pager(1, 7, toast("First page", "plain"), toast("Page 2", "plain")),
        title="Lists and numbers",
    )
    empty = draw.empty_state("Nobody has answered yet.", button("See campaigns"))
    return screen(
        "Kit",
        rx.el.div(*stats, class_name="grid grid-cols-2 gap-3 lg:grid-cols-3"),
        draw.progress(125, 312, "3 min left"),
        rx.el.div(_marks(), fields, thread, lists, class_name="grid gap-4 lg:grid-cols-2"),
        card(draw.skeleton(2), empty, title="States"),
        action=button("New", icon_name="plus", testid="kit-new"),
        banner=draw.banner("Texts are paused: OpenPhone refuses the key.", "blocked"),
        active="settings",
        counts={"inbox": 3},
    )

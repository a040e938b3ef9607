"""The ribbon on every page of a sandbox, and a homeowner's phone on its page or by a thread."""

import reflex as rx

from crm_app.sandbox.panel.components import call_box
from crm_app.sandbox.phones import PhoneText
from crm_app.sandbox.ribbon_state import RibbonState
from crm_app.sandbox.state import HomeownerState
from crm_app.ui.attrs import RING, Click, Piece, Text, opens
from crm_app.ui.controls import button, field
from crm_app.ui.lists import bubble
from crm_app.ui.pieces import badge, confirm, when

CLEAR = "clear-demo"
CLEARS = (
    "Its people, houses, lists, campaigns and texts go, and what you did with them. Your own"
    " imports, campaigns and logins stay. This cannot be taken back."
)


def _text(text: PhoneText) -> rx.Component:
    return bubble(
        text.body,
        rx.cond(text.side == "in", "in", "out"),
        when(text.time, text.exact),
        testid="homeowner-message",
    )


def phone(height: str = "h-80") -> rx.Component:
    """Draw the texts on the chosen phone, and the box to text back."""
    shown = HomeownerState.phone
    box = rx.el.form(
        rx.el.div(
            field("Text back", name="homeowner-text", testid="homeowner-text", required=True,
                  placeholder="Yes, it leaks", auto_complete="off"),
            class_name="grow min-w-0",
        ),
        button("Text", kind="plain", type_="submit", testid="homeowner-send"),
        on_submit=HomeownerState.say,
        class_name="flex items-end gap-2",
    )  # fmt: skip
    picture = button("Send a photo", kind="plain", on_click=HomeownerState.send_photo,
                     testid="homeowner-photo")  # fmt: skip
    texts = rx.el.div(
        rx.foreach(shown.texts, _text),
        rx.cond(
            shown.texts,
            rx.fragment(),
            rx.el.p("No text arrived yet.", class_name="py-4 text-center text-muted"),
        ),
        class_name=f"{height} overflow-y-auto space-y-2 p-1",
        custom_attrs={"data-stick-bottom": "true", "data-testid": "homeowner-phone"},
    )
    calls = rx.el.details(
        rx.el.summary("Call the firm", class_name=RING + "py-2.5 font-semibold cursor-pointer"),
        call_box(),
        custom_attrs={"data-testid": "homeowner-calls"},
    )
    stopped = badge("Opted out at OpenPhone", "optedout", testid="homeowner-opted-out")
    works = rx.fragment(rx.cond(shown.has_opted_out, stopped), texts, box, picture, calls)
    problem = rx.el.p(shown.problem, class_name="text-sm text-muted")
    return rx.el.div(rx.cond(shown.problem != "", problem, works), class_name="space-y-3")


def homeowner_drawer(e164: Text) -> rx.Component:
    """Draw the phone of the person in a thread; `e164` is theirs, the thread's state shows it."""
    return rx.el.section(
        rx.el.div(
            rx.el.h3("Their phone", class_name="font-semibold"),
            badge("Sandbox", "sandbox"),
            class_name="bar",
        ),
        rx.cond(HomeownerState.phone.e164 == e164, phone("max-h-64")),
        class_name="card",
        custom_attrs={"data-testid": "homeowner-drawer", "aria-label": "Their phone"},
    )


def _step(words: Piece, on_click: Click, testid: str, look: str = "") -> rx.Component:
    return rx.el.button(
        words,
        type="button",
        on_click=on_click,
        class_name=RING + "min-h-11 lg:pointer-fine:min-h-7 px-1.5 lg:px-2 rounded-lg "
        f"font-semibold whitespace-nowrap cursor-pointer hover:bg-sandbox/15 {look}",
        custom_attrs={"data-testid": testid},
    )


def ribbon() -> rx.Component:
    """Draw the ribbon: no real text can leave, the business time, moving it, clearing the demo."""
    time = rx.el.span(
        RibbonState.weekday,
        rx.el.span(RibbonState.date, class_name="max-sm:hidden"),
        " ",
        RibbonState.time,
        class_name="font-semibold tabular-nums whitespace-nowrap",
        custom_attrs={"data-testid": "clock-now"},
    )  # fmt: skip
    playing = rx.el.span(
        "Playing to ", RibbonState.target, class_name="whitespace-nowrap",
        custom_attrs={"data-testid": "clock-playing"},
    )  # fmt: skip
    steps = rx.el.div(
        _step("+1 hour", RibbonState.forward(1), "clock-add-hour"),
        _step("+1 day", RibbonState.forward(24), "clock-add-day"),
        _step("Next opening", RibbonState.open_next, "clock-next-opening"),
        class_name="flex ml-auto -mr-1.5",
        role="group",
        custom_attrs={"aria-label": "The sandbox's clock"},
    )
    yes = {"yes": "Clear demo data", "on_yes": RibbonState.clear_demo, "kind": "danger"}
    asked = confirm("Clear the demo data?", CLEARS, **yes, dialog_id=CLEAR, testid=f"{CLEAR}-yes")
    words = rx.fragment("Clear demo", rx.el.span(" data", class_name="max-sm:hidden"))
    # On a phone beside the first words, which leave it the room; its target is higher than its row.
    place = "max-lg:ml-auto max-lg:-mr-1.5 max-lg:-my-2.5 max-lg:text-sm lg:order-last"
    clear = _step(words, opens(CLEAR), "ribbon-clear-demo", place)
    band = rx.el.div(
        rx.el.span(class_name="tone-icon", custom_attrs={"aria-hidden": "true"}),
        rx.el.span(
            "Sandbox: no real text can leave",
            rx.el.span(" this machine", class_name="max-sm:hidden"),
            class_name="max-sm:text-sm",
        ),
        rx.cond(RibbonState.may_clear, clear),
        rx.el.div(
            time,
            rx.cond(RibbonState.target != "", playing),
            steps,
            class_name="flex flex-wrap items-center gap-x-2 lg:gap-x-3 w-full lg:w-auto lg:grow "
            "max-lg:text-sm",
        ),
        class_name="banner tone-sandbox flex-wrap gap-y-0 gap-x-2 py-0 pt-1.5 lg:py-1 shrink-0",
        role="status",
        custom_attrs={"data-testid": "ribbon"},
    )
    return rx.fragment(band, rx.cond(RibbonState.may_clear, asked))

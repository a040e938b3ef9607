"""The kit draws, and its words reach scripts safely."""

import reflex as rx

from crm_app.sandbox.kit.page import kit_page
from crm_app.ui.attrs import ICONS, icon, toast
from crm_app.ui.controls import field, select
from crm_app.ui.frame import look, screen


def test_the_kit_page_shows_every_piece() -> None:
    drawn = str(kit_page())

    assert "kit-toast" in drawn
    assert "nav-inbox" in drawn
    assert "bar-inbox" in drawn


def test_every_icon_draws() -> None:
    assert all("path" in str(icon(name)) for name in ICONS)


def test_a_toast_cannot_break_out_of_its_script() -> None:
    script = toast('"); alert("x').args[0][1]

    assert '"window.crm && crm.toast(\\"\\\\\\"); alert(' in str(script)


def test_a_hint_is_read_with_its_field() -> None:
    drawn = str(field("Phone", name="phone", hint="With its area code."))

    assert '"aria-describedby":"phone-hint"' in drawn
    assert 'id:"phone-hint"' in drawn


def test_a_select_takes_options() -> None:
    drawn = str(select("List", [("1", "Norwood")], "1", toast("Chosen"), "list"))

    assert "Norwood" in drawn
    assert '"data-testid":"list"' in drawn


def test_a_screen_keeps_ribbon_and_banner_above_the_title() -> None:
    drawn = str(screen("Title", ribbon=rx.el.div("ribbon"), banner=rx.el.div("banner")))

    assert drawn.index("ribbon") < drawn.index("banner") < drawn.index("Title")


def test_the_app_carries_no_toast_library() -> None:
    assert look()["toaster"] is None

"""/imports and the page of one import."""

import reflex as rx

from crm_app.frame import page
from crm_app.importing import components as parts
from crm_app.importing.queries import Shown
from crm_app.importing.state import ImportsState, ImportState
from crm_app.importing.words import LABELS
from crm_app.ui.attrs import Text, icon, opens
from crm_app.ui.controls import Kind, button, checkbox, upload
from crm_app.ui.lists import list_row, rows
from crm_app.ui.pieces import badge, banner, card, confirm, empty_state, progress, skeleton

UNDO = "undo-import"
LINE = "flex flex-wrap items-center gap-2"


def imports_page() -> rx.Component:
    zone = upload(
        icon("imports", "size-8 text-muted"),
        rx.el.span("Drop a CSV here, or choose it. You see what it would do before it does it."),
        to="/imports/file", name="import", look="flex-col",
    )  # fmt: skip
    past = rx.cond(
        ImportsState.rows,
        rows(rx.foreach(ImportsState.rows, _past)),
        empty_state("No list was imported yet.", icon_name="imports"),
    )
    return page(
        "Imports",
        rx.el.div(
            card(parts.options(), zone),
            card(rx.cond(ImportsState.is_loaded, past, skeleton(4)), title="Past imports"),
            class_name="space-y-6 max-w-3xl",
        ),
        active="imports",
    )


def _past(row: Shown) -> rx.Component:
    return list_row(
        href=f"/imports/{row.id}", title=row.list_name, meta=row.when, detail=row.result,
        badge=badge(row.word, row.tone), testid="import-past",
    )  # fmt: skip


def _verb(words: Text, verb: str, kind: Kind = "primary") -> rx.Component:
    return button(words, kind=kind, on_click=ImportState.do(verb), testid=f"import-{verb}")


def _at_work() -> rx.Component:
    shown = ImportState.shown
    bar = progress(shown.rows_done, shown.rows_total, shown.step, testid="import-progress")
    stop = _verb("Cancel", "cancel", "plain")
    return card(bar, rx.cond(shown.state != "undoing", stop))


def _head() -> rx.Component:
    shown = ImportState.shown
    change = button("Change columns", kind="quiet", on_click=ImportState.edit_columns,
                    testid="import-columns")  # fmt: skip
    return rx.el.div(
        badge(shown.word, shown.tone, testid="import-state"),
        rx.el.span(shown.recipe, class_name="text-sm text-muted", data_testid="import-recipe"),
        rx.el.span(shown.when, class_name="text-sm text-muted"),
        rx.cond(shown.state == "planned", change),
        class_name=LINE,
    )


def _plan() -> rx.Component:
    """The plan with its options and the button that writes it."""
    go = rx.el.div(
        rx.el.span("Nothing is written yet.", class_name="text-sm text-muted"),
        _verb(ImportState.shown.apply, "approve"),
        class_name="deed",
    )
    plan = parts.tiles(), parts.options_form(), parts.rows_card(), go
    return rx.el.div(*plan, class_name="space-y-4", data_testid="import-plan")


def _done() -> rx.Component:
    """What was written, whatever became of it after that."""
    shown = ImportState.shown
    is_half = (shown.state == "cancelled") | (shown.state == "failed")
    is_applied = shown.state == "applied"
    may_undo = is_applied | is_half & (shown.list_id > 0)
    to_list = button("Show the list", kind="plain", href=f"/contacts?list={shown.list_id}",
                     testid="import-list")  # fmt: skip
    take_back = button("Undo import", kind="danger", on_click=opens(UNDO), testid="import-undo")
    buttons = rx.el.div(
        rx.cond(is_applied, to_list),
        rx.cond(is_half, _verb("Go on", "resume")),
        rx.cond(may_undo, take_back),
        class_name=LINE,
    )
    stays = button("Show what stayed", kind="plain", on_click=ImportState.narrow("stayed"),
                   testid="import-stayed")  # fmt: skip
    return rx.el.div(
        parts.tiles(),
        rx.cond(
            shown.state == "undone",
            card(LABELS["undone"], rx.el.div(stays), title="Taken back"),
            card(buttons, title=shown.list_name),
        ),
        rx.cond(is_applied, _right()),
        parts.rows_card(),
        confirm("Undo this import?", LABELS["undo"], yes="Undo import", dialog_id=UNDO,
                on_yes=ImportState.do("undo"), testid="import-undo-yes", kind="danger"),
        class_name="space-y-4", data_testid="import-result",
    )  # fmt: skip


def _right() -> rx.Component:
    tick = checkbox(LABELS["sentence"], False, ImportState.attest, "import-attest")
    attested = ImportState.shown.attested
    done = rx.el.p(badge("Attested", "fine"), " ", attested, " ", LABELS["sentence"])
    return card(rx.el.p(LABELS["risk"], class_name="text-sm text-muted"),
                rx.cond(attested != "", done, tick), title="The right to text",
                testid="import-right")  # fmt: skip


def import_page() -> rx.Component:
    shown = ImportState.shown
    again = button("Upload again", kind="plain", href="/imports")
    refused = banner(shown.error, "blocked", again, testid="import-refused")
    known = rx.cond(
        shown.id == 0,
        empty_state("There is no such import.", button("All imports", href="/imports")),
        rx.el.div(
            _head(),
            rx.cond(shown.error != "", refused),
            rx.cond(ImportState.columns, parts.columns_card(), rx.cond(
                shown.step != "", _at_work(), rx.cond(
                    shown.has_rows, rx.cond(shown.state == "planned", _plan(), _done())))),
            parts.fix_sheet(),
            class_name="space-y-4",
        ),
    )  # fmt: skip
    return page(
        rx.cond(shown.file_name != "", shown.file_name, "Import"),
        rx.el.div(rx.cond(ImportState.is_loaded, known, skeleton(6)), class_name="max-w-5xl"),
        active="imports", back="/imports",
    )  # fmt: skip

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
from crm_app.ui.pieces import badge, banner, card, confirm, empty_state, progress, skeleton, small

UNDO = "undo-import"
LINE = "flex flex-wrap items-center gap-2"


def imports_page() -> rx.Component:
    words = rx.el.span("Drop a CSV here, or choose it. You see its plan before it is imported.")
    zone = upload(icon("imports", "size-8 text-muted"), words, to="/imports/file", name="import",
                  look="flex-col")  # fmt: skip
    none = empty_state("No list was imported yet.", icon_name="imports")
    past = rx.cond(ImportsState.rows, rows(rx.foreach(ImportsState.rows, _past)), none)
    listed = card(rx.cond(ImportsState.is_loaded, past, skeleton(4)), title="Past imports")
    whole = rx.el.div(card(parts.options(), zone), listed, class_name="space-y-6 max-w-3xl")
    return page("Imports", whole, active="imports")


def _past(row: Shown) -> rx.Component:
    marks = {"meta": rx.el.time(row.ago, title=row.when), "badge": badge(row.word, row.tone)}
    return list_row(href=f"/imports/{row.id}", title=row.list_name, detail=row.result,
                    testid="import-past", **marks)  # fmt: skip


def _verb(words: Text, verb: str, kind: Kind = "primary") -> rx.Component:
    return button(words, kind=kind, on_click=ImportState.do(verb), testid=f"import-{verb}")


def _at_work() -> rx.Component:
    shown = ImportState.shown
    bar = progress(shown.rows_done, shown.rows_total, shown.step, "import-progress", shown.so_far)
    return card(bar, rx.cond(shown.state != "undoing", _verb("Cancel", "cancel", "plain")))


def _head() -> rx.Component:
    shown = ImportState.shown
    is_unwritten = (shown.state == "planned") | (shown.state == "mapping") | (
        (shown.half != "") & ~shown.has_rows)  # fmt: skip
    discard = button("Discard", kind="quiet", on_click=ImportState.discard,
                     testid="import-discard")  # fmt: skip
    change = button("Change columns", kind="quiet", on_click=ImportState.edit_columns,
                    testid="import-columns")  # fmt: skip
    return rx.el.div(
        badge(shown.word, shown.tone, testid="import-state"),
        small(shown.recipe, data_testid="import-recipe"), small(shown.when),
        rx.cond(shown.state == "planned", change), rx.cond(is_unwritten, discard), class_name=LINE,
    )  # fmt: skip


def _plan() -> rx.Component:
    """The plan with its options and the button that writes it."""
    form = f"Object.fromEntries(new FormData(document.getElementById('{parts.HOW}')))"
    asked = rx.call_script(form, callback=ImportState.approve)
    words = ImportState.shown.apply
    go = rx.el.div(
        small(rx.cond(words != "", "Nothing is written yet.", LABELS["none"])),
        rx.cond(words != "", button(words, on_click=asked, testid="import-approve")),
        class_name="deed",
    )  # fmt: skip
    return rx.el.div(parts.tiles(), parts.options_form(), parts.rows_card(), go,
                     class_name="space-y-4", data_testid="import-plan")  # fmt: skip


def _done() -> rx.Component:
    """What was written, whatever became of it after that."""
    shown = ImportState.shown
    is_half, is_applied = shown.half != "", shown.state == "applied"
    may_undo = is_applied | is_half & shown.has_rows
    to_list = button("Show the list", kind="plain", href=f"/contacts?list={shown.list_id}",
                     testid="import-list")  # fmt: skip
    take_back = button("Undo import", kind="danger", on_click=opens(UNDO), testid="import-undo")
    buttons = rx.el.div(rx.cond(is_applied, to_list), rx.cond(is_half, _verb("Go on", "resume")),
                        rx.cond(may_undo, take_back), class_name=LINE)  # fmt: skip
    stays = button("Show what stayed", kind="plain", on_click=ImportState.narrow("stayed"),
                   testid="import-stayed")  # fmt: skip
    return rx.el.div(
        rx.cond(shown.has_rows, parts.tiles()),
        rx.cond(shown.state == "undone",
                card(LABELS["undone"], rx.el.div(stays), title="Taken back"),
                card(rx.cond(is_half, rx.el.p(shown.half)), buttons, title=shown.list_name)),
        rx.cond(is_applied, _right()),
        rx.cond(shown.has_rows, parts.rows_card()),
        confirm("Undo this import?", LABELS["undo"], yes="Undo import", dialog_id=UNDO,
                on_yes=ImportState.do("undo"), testid="import-undo-yes", kind="danger"),
        class_name="space-y-4", data_testid="import-result",
    )  # fmt: skip


def _right() -> rx.Component:
    tick = checkbox(LABELS["sentence"], False, ImportState.attest, "import-attest")
    attested, proof = ImportState.shown.attested, ImportState.shown.proof
    owner = "The owner attests that this list may be texted."
    ask = rx.fragment(small(LABELS["risk"]), rx.cond(ImportState.may_attest, tick, owner))
    done = rx.el.p(badge("Attested", "fine"), " ", attested, " ", LABELS["sentence"])
    said = rx.cond(attested != "", done, rx.cond(proof != "", proof, ask))
    return card(said, title="The right to text", testid="import-right")


def import_page() -> rx.Component:
    shown = ImportState.shown
    again = button("Upload again", kind="plain", href="/imports")
    refused = banner(shown.error, "blocked", again, testid="import-refused")
    known = rx.cond(
        shown.id == 0,
        empty_state("There is no such import.", button("All imports", href="/imports")),
        rx.el.div(
            _head(), rx.cond(shown.error != "", refused),
            rx.cond(ImportState.columns, parts.columns_card(), rx.cond(
                shown.step != "", _at_work(), rx.cond(
                    shown.state == "planned", _plan(), _done()))),
            parts.fix_sheet(), class_name="space-y-4"))  # fmt: skip
    return page(
        rx.cond(shown.file_name != "", shown.file_name, "Import"),
        rx.el.div(rx.cond(ImportState.is_loaded, known, skeleton(6)), class_name="max-w-5xl"),
        active="imports", back="/imports",
    )  # fmt: skip

"""/imports and the page of one import."""

from typing import Any

import reflex as rx

from crm_app.frame import page
from crm_app.imports.queries import Shown
from crm_app.imports.state import LABELS, ImportsState, ImportState
from crm_app.ui.attrs import icon
from crm_app.ui.controls import button, checkbox, field, upload
from crm_app.ui.lists import list_row, rows
from crm_app.ui.pieces import badge, banner, card, empty_state, progress, skeleton, stat


def imports_page() -> rx.Component:
    zone = upload(
        icon("imports", "size-8 text-muted"),
        rx.el.span("Drop the CSV from PropertyRadar here, or choose it"),
        to="/imports/file", name="import", look="flex-col",
    )  # fmt: skip
    hint = "Blank: the file's name and today's date."
    past = rx.cond(
        ImportsState.rows,
        rows(rx.foreach(ImportsState.rows, _past)),
        empty_state("No list was imported yet.", icon_name="imports"),
    )
    return page(
        "Imports",
        rx.el.div(
            card(
                field("Name of the list", name="list_name", testid="import-list-name", hint=hint),
                zone,
            ),
            card(rx.cond(ImportsState.is_loaded, past, skeleton(4)), title="Past imports"),
            class_name="space-y-6 max-w-3xl",
        ),
        active="imports",
    )


def _past(row: Shown) -> rx.Component:
    return list_row(
        href=f"/imports/{row.id}", title=row.list_name, detail=row.when,
        badge=badge(row.state, row.tone), testid="import-past",
    )  # fmt: skip


def _rows(title: str, words: Any) -> rx.Component:
    lines = rx.foreach(words, lambda line: rx.el.li(line, data_testid="import-row"))
    return rx.cond(words, card(rx.el.ul(lines, class_name="space-y-2 text-sm"), title=title))


def _sum(title: str, of: str) -> rx.Component:
    counts = ImportState.shown.counts
    tiles = [
        stat(name, counts[key], testid=f"import-{of}-{name.lower().replace(' ', '-')}")
        for name, key in LABELS[of].items()
    ]
    return card(rx.el.div(*tiles, class_name="grid grid-cols-2 gap-3 sm:grid-cols-5"), title=title)


def _result() -> rx.Component:
    shown = ImportState.shown
    to_list = button("Show the list", kind="plain", href=f"/contacts?list={shown.list_id}",
                     testid="import-list")  # fmt: skip
    tick = checkbox(
        LABELS["sentence"], checked=False, on_change=ImportState.attest, testid="import-attest"
    )
    done = rx.el.p(badge("Attested", "fine"), " ", shown.attested, " ", LABELS["sentence"])
    return rx.el.div(
        _sum("Rows of the file", "rows"),
        _sum("Contacts", "contacts"),
        card(to_list, title=shown.list_name),
        card(rx.el.p(LABELS["risk"], class_name="text-sm text-muted"),
             rx.cond(shown.attested != "", done, tick), title="The right to text",
             testid="import-right"),
        _rows("Refused rows", shown.refused),
        _rows("Put right or left out", shown.notes),
        class_name="space-y-6",
        data_testid="import-result",
    )  # fmt: skip


def import_page() -> rx.Component:
    shown = ImportState.shown
    known = rx.match(
        shown.state,
        ("Applied", _result()),
        ("Failed", banner(shown.error, "blocked", testid="import-refused")),
        ("", empty_state("There is no such import.", button("All imports", href="/imports"))),
        progress(shown.rows_done, shown.rows_total, "Rows read", testid="import-progress"),
    )
    return page(
        rx.cond(shown.file_name != "", shown.file_name, "Import"),
        rx.el.div(rx.cond(ImportState.is_loaded, known, skeleton(6)), class_name="max-w-5xl"),
        active="imports",
        back="/imports",
    )

"""/imports and the page of one import."""

from typing import Any

import reflex as rx

from crm_app.frame import page
from crm_app.imports.queries import PastImport, RowShown
from crm_app.imports.state import SENTENCE, ImportsState, ImportState
from crm_app.ui.attrs import attrs
from crm_app.ui.forms import button, checkbox, field
from crm_app.ui.links import link
from crm_app.ui.lists import list_row, pager, rows
from crm_app.ui.pieces import (
    badge,
    card,
    empty_state,
    error_state,
    icon,
    progress,
    skeleton,
    stat,
    when,
)

FILE = "import-file"


def _upload() -> rx.Component:
    """Draw the place to drop a file or to choose one; choosing sends it (assets/app.js)."""
    zone = rx.el.label(
        icon("imports", "size-8 text-muted"),
        rx.el.span("Drop the CSV from PropertyRadar here, or choose it"),
        rx.el.input(
            id=FILE,
            type="file",
            accept=".csv,.txt,text/csv",
            class_name="w-full max-w-64 text-sm",
            custom_attrs=attrs(FILE, aria_label="CSV file"),
        ),
        class_name="flex flex-col items-center gap-3 cursor-pointer",
        custom_attrs={"data-drop": "/imports/file"},
    )
    return card(
        rx.el.div(
            field(
                "Name of the list", name="list_name", testid="import-list-name",
                hint="Blank: the file's name and today's date.",
            ),
            zone,
            rx.el.p(custom_attrs={"data-upload-progress": ""}, role="status"),
            rx.el.p(
                class_name="text-blocked",
                role="alert",
                custom_attrs=attrs("import-error", data_upload_error="true"),
            ),
            class_name="space-y-4",
        )
    )  # fmt: skip


def _past(row: PastImport) -> rx.Component:
    return list_row(
        href=f"/imports/{row.id}",
        title=row.name,
        detail=row.detail,
        meta=when(row.when, row.exact),
        badge=badge(row.state, row.tone),
        testid="import-past",
    )


def imports_page() -> rx.Component:
    """Upload a list, and see past imports."""
    past = rx.cond(
        ImportsState.rows,
        rows(rx.foreach(ImportsState.rows, _past)),
        empty_state("No list was imported yet.", icon_name="imports"),
    )
    return page(
        "Imports",
        rx.el.div(
            _upload(),
            card(rx.cond(ImportsState.is_loaded, past, skeleton(4)), title="Past imports"),
            class_name="space-y-6 max-w-3xl",
        ),
        active="imports",
    )


def _row(row: RowShown) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span("Line ", row.line, class_name="font-semibold tabular-nums"),
            rx.cond(row.is_failed, badge("Refused", "blocked"), badge("Note", "held")),
            class_name="flex items-center gap-3",
        ),
        rx.foreach(row.words, lambda words: rx.el.p(words, class_name="text-sm")),
        class_name="py-2",
        custom_attrs=attrs("import-row"),
    )


def _sum(title: str, parts: list[tuple[str, Any]], testid: str) -> rx.Component:
    """Draw counts that add up, in one line of numbers."""
    tiles = [stat(words, count, testid=f"{testid}-{words.lower()}") for words, count in parts]
    grid = rx.el.div(*tiles, class_name="grid grid-cols-2 gap-3 sm:grid-cols-5")
    return card(grid, title=title)


def _attest() -> rx.Component:
    """Draw the one tick at the end; others see who must do it."""
    shown = ImportState.shown
    tick = checkbox(SENTENCE, checked=False, on_change=ImportState.attest, testid="import-attest")
    others = rx.el.p(SENTENCE, rx.el.strong(" The owner must tick this before a campaign starts."))
    done = rx.el.p(badge("Attested", "fine"), " ", shown.attested, " ", SENTENCE)
    asked = rx.cond(ImportState.may_attest, tick, others)
    return card(
        rx.cond(shown.attested != "", done, asked), title="The right to text", testid="import-right"
    )


def _result() -> rx.Component:
    """Draw what became of every row."""
    shown = ImportState.shown
    houses, people = shown.properties, shown.contacts
    to_list = button(
        "Show the list", kind="plain", href=f"/contacts?list={shown.list_id}", testid="import-list"
    )
    turn = pager(
        ImportState.page_number, ImportState.pages, ImportState.turn(-1), ImportState.turn(1)
    )
    looked = rx.fragment(
        rx.el.ul(rx.foreach(ImportState.rows, _row), class_name="divide-y divide-line"),
        rx.cond(ImportState.pages > 1, turn),
    )
    return rx.el.div(
        _sum(
            "Rows of the file",
            [("Rows", shown.rows_total), ("Created", houses["created"]),
             ("Updated", houses["updated"]), ("Unchanged", houses["unchanged"]),
             ("Refused", houses["failed"])],
            "import-rows",
        ),
        _sum(
            "Contacts",
            [("New", people["created"]), ("Completed", people["updated"]),
             ("Known", people["unchanged"]), ("House links", shown.links),
             ("Phones refused", shown.refused_phones)],
            "import-contacts",
        ),
        card(
            rx.el.p(shown.people, " people are on this list."), to_list, title=shown.list_name
        ),
        _attest(),
        rx.cond(ImportState.rows, card(looked, title="Rows to look at")),
        class_name="space-y-6",
        custom_attrs=attrs("import-result"),
    )  # fmt: skip


def import_page() -> rx.Component:
    """Show the progress of one import, then what became of every row."""
    shown = ImportState.shown
    failed = rx.fragment(
        error_state(shown.error, testid="import-refused"),
        link("Import another file", href="/imports"),
    )
    under_way = rx.cond(
        shown.rows_total > 0,
        progress(shown.rows_done, shown.rows_total, "Rows read", testid="import-progress"),
        rx.el.p("Waiting for the worker.", custom_attrs=attrs("import-progress")),
    )
    known = rx.match(
        shown.state,
        ("applied", _result()),
        ("failed", failed),
        ("", empty_state("There is no such import.", button("All imports", href="/imports"))),
        under_way,
    )
    return page(
        rx.cond(shown.file_name != "", shown.file_name, "Import"),
        rx.el.div(rx.cond(ImportState.is_loaded, known, skeleton(6)), class_name="max-w-5xl"),
        active="imports",
        back="/imports",
    )

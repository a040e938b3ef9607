"""The parts of an import's page: the columns' editor, tiles, options, rows, and a row to mend."""

from typing import Any

import reflex as rx

from crm_app.importing.editing import Cell
from crm_app.importing.queries import Shown, Tile
from crm_app.importing.rows import RowShown
from crm_app.importing.state import FIX, ImportState
from crm_app.importing.words import LABELS
from crm_app.intake.recipes import targets
from crm_app.ui.attrs import RING
from crm_app.ui.controls import button, checkbox, field, form, link, outside, select
from crm_app.ui.lists import listed
from crm_app.ui.pieces import badge, card, dialog, small

LINE = "flex flex-wrap items-center gap-x-3 gap-y-1"
FINE = "text-sm text-muted"
NEW = Shown(mode="fill")
HOW = "import-how"


def columns_card() -> rx.Component:
    """The editor: what each column is, with values of the file beside it."""
    back = button("Back", kind="quiet", on_click=ImportState.edit_columns)
    name = field("Remember for files with this header as", name="recipe", max_length=80,
                 testid="import-recipe-name", hint="Blank: only for this file.")  # fmt: skip
    return card(
        rx.el.p("Say what each column is. Nothing is dropped: what has no place of its own is kept"
                " with the house or the contact.", class_name=FINE),
        form(listed(ImportState.columns, _column), name, on_submit=ImportState.keep_columns,
             verb="Use these columns", testid="import-columns-save"),
        title="Columns", testid="import-mapping",
        action=rx.cond(ImportState.shown.has_rows, back),
    )  # fmt: skip


def _column(one: Cell) -> rx.Component:
    value = rx.cond(one.value != "", one.value, "(empty)")
    name = rx.el.span(one.header, class_name="font-semibold")
    said = rx.el.div(name, rx.el.p(value, class_name=f"{FINE} truncate"), class_name="min-w-0")
    column: Any = f"column-{one.place}"
    choice = select("", targets(), testid="import-target", id=column, name=column,
                    default_value=one.target, aria_label=one.header)  # fmt: skip
    look = "grid gap-x-4 gap-y-1 py-3 sm:grid-cols-[1fr_16rem] items-center"
    return rx.el.li(said, choice, class_name=look, data_testid="import-column")


def _tile(tile: Tile) -> rx.Component:
    """A number; where it counts rows, a button that narrows the list to them."""
    number = rx.el.span(tile.number, class_name="block text-xl font-semibold tabular-nums",
                        data_testid=tile.testid)  # fmt: skip
    words = rx.el.span(tile.words, class_name="block text-xs sm:text-sm text-muted")
    look = f"{RING}stat stat-on text-left cursor-pointer hover:bg-raised"
    is_on, narrow = ImportState.narrowed == tile.key, ImportState.narrow(tile.key)
    press = rx.el.button(words, number, type="button", on_click=narrow, aria_pressed=is_on,
                         class_name=look)  # fmt: skip
    is_still = (tile.key == "links") | (tile.key == "refused_phones")
    return rx.cond(is_still, rx.el.div(words, number, class_name="stat"), press)


def tiles() -> rx.Component:
    shown, look = ImportState.shown, "grid grid-cols-3 gap-2 sm:grid-cols-5"
    rows, people = small(shown.adds_up, data_testid="import-sum"), small(shown.people_sum)
    return rx.fragment(
        card(rx.el.div(rx.foreach(shown.tiles, _tile), class_name=look), rows, title=shown.of),
        card(rx.el.div(rx.foreach(shown.people, _tile), class_name=look), people, title="Contacts"),
    )


def options(shown: Any = NEW) -> rx.Component:
    """How a file is imported: of a new one, or as it was said of the import `shown`."""
    return rx.el.div(
        field("Name of the list", name="list_name", testid="import-list-name", max_length=120,
              hint="Blank: the file's name and today's date.", default_value=shown.list_name),
        field("Tag for its contacts", name="tag", testid="import-tag", hint="Blank: none.",
              max_length=40, default_value=shown.tag),
        select("What is there already", list(LABELS["mode"].items()), testid="import-mode",
               name="mode", default_value=shown.mode),
        select("Consent of these people", list(LABELS["basis"].items()), testid="import-basis",
               name="basis", default_value=shown.basis),
        class_name="grid gap-4 sm:grid-cols-2",
    )  # fmt: skip


def options_form() -> rx.Component:
    """How the plan is made, folded; another choice plans again."""
    shown = ImportState.shown
    again = button("Plan again", kind="plain", type_="submit", testid="import-options-save")
    key = f"{shown.list_name}{shown.tag}{shown.mode}{shown.basis}"
    ask = rx.el.form(options(shown), again, on_submit=ImportState.keep_options, key=key,
                     id=HOW, class_name="space-y-4")  # fmt: skip
    words = rx.el.summary("Change how: ", shown.how, class_name="py-2.5 cursor-pointer")
    return card(rx.el.details(words, ask), testid="import-options")


def rows_card() -> rx.Component:
    """The rows, fifty at a time, narrowed by the tiles."""
    state, shown = ImportState, ImportState.shown
    warned, back, on = (
        button(words, kind="plain", on_click=act, disabled=is_off, testid=testid)
        for words, act, is_off, testid in (
            ("With warnings", state.narrow("warnings"), False, "import-warnings"),
            ("Previous", state.turn(-1), ~state.has_before, "page-prev"),
            ("Next", state.turn(1), ~state.has_more, "page-next"))
    )  # fmt: skip
    pages = rx.el.nav(back, on, class_name="flex justify-between", aria_label="Pages")
    files = (outside(words, href=f"/imports/{shown.id}/{which}.csv", testid=f"import-{which}-csv")
        for words, which in (("Refused rows as CSV", "refused"), ("All rows as CSV", "result"))
    )  # fmt: skip
    return card(listed(state.rows, _row, "No such rows."), pages,
                rx.el.div(*files, class_name="downloads"),
                title="Rows of the file", action=warned, testid="import-rows")  # fmt: skip


def _row(row: RowShown) -> rx.Component:
    line = rx.el.span("Line ", row.line, class_name=f"{FINE} tabular-nums")
    name = rx.cond(row.href != "", link(row.title, href=row.href), row.title)
    mend = button("Fix", kind="plain", on_click=ImportState.fix(row.line), testid="import-fix-open")
    may_mend = (row.reason != "") & (ImportState.shown.state == "planned")
    tick = checkbox(f"Typed here, kept: {row.kept}. Overwrite", row.is_overwriting,
                    ImportState.overwrite(row.line), "import-overwrite")  # fmt: skip
    return rx.el.li(
        rx.el.div(line, rx.el.span(name, class_name="font-semibold min-w-0"),
                  badge(row.word, row.tone), class_name=LINE),
        rx.cond(row.detail != "", rx.el.p(row.detail, class_name=FINE)),
        rx.cond(row.reason != "", rx.el.div(
            rx.el.span(row.reason, class_name="text-blocked"), rx.cond(may_mend, mend),
            class_name=LINE)),
        rx.foreach(row.changes, _difference),
        rx.cond((row.kept != "") & (ImportState.shown.state == "planned"), tick),
        rx.foreach(row.warnings, lambda words: rx.el.p(words, class_name="text-sm text-held")),
        rx.cond(row.stayed != "", rx.el.p("Stayed: ", row.stayed, class_name="text-sm")),
        class_name="space-y-1 py-3", data_testid="import-row",
    )  # fmt: skip


def _difference(one: Any) -> rx.Component:
    before, after = (rx.cond(value != "", value, "(blank)") for value in (one[1], one[2]))
    return rx.el.p(
        rx.el.span(one[0], ": ", class_name="text-muted"),
        rx.el.span(before, class_name="line-through decoration-muted"), " → ",
        rx.el.span(after, class_name="font-semibold"),
        class_name="text-sm tabular-nums", data_testid="import-difference",
    )  # fmt: skip


def fix_sheet() -> rx.Component:
    """The cells of a refused row, to put right in place."""
    state = ImportState
    save = button("Save and plan again", type_="submit", testid="import-fix-save", wide=True)
    ask = rx.el.form(
        rx.el.p(state.reason, class_name="text-blocked"), rx.foreach(state.cells, _cell),
        rx.el.div(save, class_name="sticky bottom-0 -mx-4 bg-surface p-4"),
        on_submit=state.keep_cells, key=f"line-{state.line}", class_name="space-y-4")  # fmt: skip
    return dialog(f"Line {state.line}", ask, dialog_id=FIX, shape="sheet")


def _cell(one: Cell) -> rx.Component:
    named: Any = rx.cond(one.header != "", one.header, "No column")
    join = button("Join with the next", kind="quiet", on_click=ImportState.join(one.place),
                  testid="import-join")  # fmt: skip
    box = field(named, name=f"cell-{one.place}", default_value=one.value, key=one.value)
    return rx.el.div(box, rx.cond(ImportState.is_longer, join), data_testid="import-cell")

"""The filter and what is on of it; the dialogs of the list page."""

from typing import Any

import reflex as rx

from crm_app.lists.filters import FIELDS
from crm_app.lists.state import ADD, DELETE, FILTER, LIST, PUT, TAG, ContactsState
from crm_app.ui.attrs import RING, icon, opens
from crm_app.ui.controls import button, field, form, select
from crm_app.ui.pieces import confirm, dialog

CHIP = RING + (
    "inline-flex items-center gap-1.5 min-h-11 lg:pointer-fine:min-h-8 rounded-full border"
    " border-line bg-raised pl-3 pr-2 text-sm text-left cursor-pointer hover:bg-line/40"
)


def chips() -> rx.Component:
    """Draw what the filter is made of; a click takes it away."""

    def chip(one: Any) -> rx.Component:
        away: Any = {"type": "button", "on_click": ContactsState.narrow(one[0], ""),
                     "title": "Take away", "data_testid": "filter-chip"}  # fmt: skip
        return rx.el.button(one[1], icon("close", "size-4"), class_name=CHIP, **away)

    return rx.el.div(rx.foreach(ContactsState.chips, chip), class_name="flex flex-wrap gap-2")


def _field(key: str, one: dict[str, Any]) -> rx.Component:
    state, reads = ContactsState, one.get("reads", "")
    value, change, mark = state.form[key], state.narrow(key), f"filter-{key}"
    if "options" in one:
        drawn = select(one["label"], [("", "Any"), *one["options"].items()], value, change, mark)
    elif reads in ("list", "import", "extra"):
        drawn = select(one["label"], state.options[reads], value, change, mark)
    else:
        keys = "numeric" if reads == "year" else "text"
        drawn = field(
            one["label"], value=value, on_change=change, testid=mark, input_mode=keys,
            placeholder=one.get("hint", ""),
        )  # fmt: skip
    is_wide = reads in ("words", "tags", "list", "import", "extra")
    alert: Any = {
        "role": "alert",
        "class_name": "text-sm text-blocked",
        "data_testid": "filter-wrong",
    }
    wrong = rx.cond(state.wrong[key], rx.el.p(state.wrong[key], **alert))
    return rx.el.div(drawn, wrong, class_name="col-span-2" if is_wide else "min-w-0")


def filter_sheet() -> rx.Component:
    """Draw all fields of the filter, how many fit, and the way to keep it."""
    state = ContactsState
    fields = rx.el.div(
        *[_field(key, one) for key, one in FIELDS.items()], class_name="grid grid-cols-2 gap-3"
    )
    count = rx.el.p(state.summary, class_name="font-semibold tabular-nums", role="status",
                    data_testid="filter-count")  # fmt: skip
    clear = button("Clear", kind="plain", on_click=state.clear, testid="filter-clear")
    head = rx.el.div(count, clear, class_name="bar sticky top-0 z-10 bg-surface py-2")
    same = _do(f"Save changes to {state.list_name}", "keep", FILTER, "filter-update", kind="plain")
    keep = rx.el.div(
        rx.cond(state.is_filter & (state.word == ""), same), _word("Keep as a list", "filter-name"),
        rx.cond(state.word != "", _do("Save", "keep", FILTER, "filter-save")),
        class_name="space-y-4",
    )  # fmt: skip
    return dialog(
        "Filter", head, fields, rx.cond(state.chips, rx.cond(state.may_edit, keep)),
        dialog_id=FILTER, shape="sheet",
    )  # fmt: skip


def _word(label: str, testid: str) -> rx.Component:
    return field(label, value=ContactsState.word, on_change=ContactsState.write, testid=testid)


def _do(words: Any, verb: str, overlay: str, testid: str, **more: Any) -> rx.Component:
    return button(words, on_click=ContactsState.do(verb, overlay), testid=testid, wide=True, **more)


def dialogs() -> rx.Component:
    """Draw the dialogs: add a contact, put the chosen on a list, tag them, this list."""
    state = ContactsState
    add = form(
        field("Name", name="name", required=True, testid="contact-name"),
        field("Phone", name="phone", type_="tel", required=True, testid="contact-phone"),
        on_submit=state.add, verb="Save", testid="contact-save",
    )  # fmt: skip
    where = select("List", state.options["put"], state.put_to, state.aim, "put-list")
    named = rx.cond(state.put_to == "", _word("Its name", "put-name"))
    tags = (
        _word("Tags, by commas", "tag-word"), _do("Give it", "tag", TAG, "tag-give"),
        _do("Take it away", "untag", TAG, "tag-take", kind="plain"),
    )  # fmt: skip
    gone = button("Delete this list", kind="danger", on_click=opens(DELETE), testid="list-delete")
    rename = _do("Rename", "rename", LIST, "list-rename")
    return rx.fragment(
        dialog("Add a contact", add, dialog_id=ADD),
        dialog("Add to a list", where, named, _do("Add", "put", PUT, "put-add"), dialog_id=PUT),
        dialog("Tag", *tags, dialog_id=TAG),
        dialog(state.list_name, _word("Name", "list-name"), rename, gone, dialog_id=LIST),
        confirm("Delete this list?", "Its contacts stay.", yes="Delete", kind="danger",
                on_yes=state.do("delete", LIST), dialog_id=DELETE, testid="list-delete-confirm"),
    )  # fmt: skip

"""What all pieces of the kit share: types, looks, icons, and calls of the front end."""

import json
from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec, EventType

from crm_app.tables import read_table

Text = str | rx.Var[str]
Flag = bool | rx.Var[bool]
Number = int | rx.Var[int]
Click = EventType[()]
Change = EventType[str] | EventType[()] | Callable[..., Any]
Piece = rx.Component | rx.Var[Any] | str | None
RING = "outline-none focus-visible:ring-2 focus-visible:ring-accent focus-visible:ring-offset-1 "
BOX = RING + "field "
TARGET = "min-h-11 lg:pointer-fine:min-h-9 "
ICONS: dict[str, str] = read_table(__file__, "icons")


def icon(name: str, size: str = "size-5") -> rx.Component:
    """Draw one line icon of icons.toml; hidden from screen readers, so put a word beside it."""
    drawn = rx.el.path(d=ICONS[name])
    return rx.el.svg(drawn, view_box="0 0 24 24", class_name=f"icon {size}", aria_hidden="true")


def address_id(state: rx.State) -> int:
    """Return the number that the address of a tab ends with, 0 when it ends otherwise."""
    last = state.router.url.path.rstrip("/").rpartition("/")[2]
    return int(last) if last.isdecimal() and len(last) < 10 else 0


def script(call: str) -> EventSpec:
    """Return an event that runs one call of assets/app.js in the person's browser."""
    return rx.call_script(f"window.crm && crm.{call}")


def opens(overlay_id: str) -> EventSpec:
    """Return the event that opens the sheet or dialog of that id."""
    return script(f"open({json.dumps(overlay_id)})")


def closes(overlay_id: str) -> EventSpec:
    """Return the event that closes the sheet or dialog of that id."""
    return script(f"close({json.dumps(overlay_id)})")


def toast(message: str, kind: str = "fine") -> EventSpec:
    """Return an event that shows a short message; kind is `fine`, `blocked` or `plain`."""
    return script(f"toast({json.dumps(message)}, {json.dumps(kind)})")

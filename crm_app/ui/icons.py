"""Line icons of one stroke width, drawn in the colour of their text."""

import tomllib
from pathlib import Path

import reflex as rx

PATHS: dict[str, str] = tomllib.loads(Path(__file__).with_name("icons.toml").read_text())


def icon(name: str, size: str = "size-5") -> rx.Component:
    """Draw one icon of icons.toml; hidden from screen readers, so put a word beside it."""
    drawn, marks = rx.el.path(d=PATHS[name]), {"aria-hidden": "true"}
    return rx.el.svg(drawn, view_box="0 0 24 24", class_name=f"icon {size}", custom_attrs=marks)

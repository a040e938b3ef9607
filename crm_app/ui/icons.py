"""A dozen or two line icons of one stroke width, drawn in the colour of their text."""

import reflex as rx

PATHS = {
    "inbox": "M4 13h4l1.5 3h5L16 13h4M4 13l2.5-8h11L20 13v6H4z",
    "contacts": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 20c0-3.5 2.5-6 6-6s6 2.5 6 6"
    "M16 4.5a3.5 3.5 0 0 1 0 6M17.5 14.5c2.2.8 3.5 2.9 3.5 5.5",
    "campaigns": "M4 10v4l3 .5L15 19V5L7 9.5zM8 14.5V20h3v-4M18.5 9a4 4 0 0 1 0 6",
    "imports": "M12 3v11M7.5 10 12 14.5 16.5 10M4 16v4h16v-4",
    "admin": "M3 12h4l3-8 4 16 3-8h4",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
    "more": "M4 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0"
    "M18 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20",
    "back": "M15 5l-7 7 7 7",
    "next": "M9 5l7 7-7 7",
    "close": "M6 6l12 12M18 6 6 18",
    "plus": "M12 5v14M5 12h14",
    "send": "M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4",
    "phone": "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4c-9 1-16-6-15-15",
    "home": "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
    "check": "M5 12.5 10 17.5 19 7",
    "alert": "M12 4 21 20H3zM12 10v4.5M12 17.5v.01",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3 2",
    "note": "M5 4h14v10l-5 6H5zM14 20v-6h5M8.5 8.5h7M8.5 12h4",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 11v5.5M12 7.5v.01",
    "theme": "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 4v16M12 8h3.5M12 12h8M12 16h3.5",
    "out": "M14 4h6v16h-6M4 12h11M11 8l4 4-4 4",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6",
}


def icon(name: str, size: str = "size-5") -> rx.Component:
    """Draw one icon of PATHS; hidden from screen readers, so put a word beside it."""
    drawn, marks = rx.el.path(d=PATHS[name]), {"aria-hidden": "true"}
    return rx.el.svg(drawn, view_box="0 0 24 24", class_name=f"icon {size}", custom_attrs=marks)

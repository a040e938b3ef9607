"""Links that change the screen without loading the page again."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router import link as router_link

from crm_app.ui.attrs import RING, Text, attrs


def link(*children: Any, href: Text, testid: str = "", **props: Any) -> rx.Component:
    """Draw a link to one of our own pages."""
    more = props.pop("custom_attrs", {})
    look = RING + props.pop("class_name", "text-accent-text underline-offset-2 hover:underline")
    return router_link(
        *children, to=href, class_name=look, custom_attrs=attrs(testid) | more, **props
    )


def outside(*children: Any, href: Text, testid: str = "", **props: Any) -> rx.Component:
    """Draw a link that loads a page anew: downloads, HTTP routes, `tel:` numbers."""
    look = RING + props.pop("class_name", "text-accent-text underline-offset-2 hover:underline")
    return rx.el.a(*children, href=href, class_name=look, custom_attrs=attrs(testid), **props)

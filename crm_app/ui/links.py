"""Links to our own pages, and out of them."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router import link as router_link

from crm_app.ui.attrs import RING, Text, attrs

LOOK = "text-accent-text underline-offset-2 hover:underline"


def link(*children: Any, href: Text, testid: str = "", **props: Any) -> rx.Component:
    """Draw a link to one of our own pages, which does not load anew."""
    marks = attrs(testid) | props.pop("custom_attrs", {})
    look = RING + props.pop("class_name", LOOK)
    return router_link(*children, to=href, class_name=look, custom_attrs=marks, **props)


def outside(*children: Any, href: Text, class_name: str = LOOK) -> rx.Component:
    """Draw a link that loads a page anew: downloads, HTTP routes, `tel:` numbers."""
    return rx.el.a(*children, href=href, class_name=RING + class_name, custom_attrs={})

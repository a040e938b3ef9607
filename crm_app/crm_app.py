"""The program as the browser meets it: its pages (pages.toml), its errors, its door."""

import logging
from importlib import import_module
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from crm_app import api, listener, logs
from crm_app.auth.guard import Guard
from crm_app.doorkeeper import Doorkeeper
from crm_app.errors import CrmError, NotSignedInError
from crm_app.frame import on_load
from crm_app.monitor.watch import keep_looking
from crm_app.settings import settings
from crm_app.tables import read_table
from crm_app.ui.attrs import toast
from crm_app.ui.frame import look

logger = logging.getLogger(__name__)


def show_error(exception: Exception) -> EventSpec | None:  # Reflex insists on this argument's name
    """Turn an exception of an event handler into something for the person."""
    if isinstance(exception, NotSignedInError):
        return rx.redirect("/login")
    if isinstance(exception, CrmError):
        return toast(str(exception), "blocked")
    logger.error("an event handler failed", exc_info=exception)
    return toast("Something went wrong. It has been logged. Try again.", "blocked")


def pages() -> list[tuple[str, str, Any, list[Any]]]:
    """Return every page of pages.toml: its route, its title, what draws it, what it loads."""
    found, table = list[tuple[str, str, Any, list[Any]]](), read_table(__file__, "pages")
    for kind in ("framed", "bare", *(["sandbox"] if settings().is_sandbox else [])):
        for route, (title, page, *states) in table[kind].items():
            loads = [_named(state).load for state in states]
            is_framed = loads and kind != "bare"
            found.append((route, title, _named(page), on_load(*loads) if is_framed else loads))
    return found


def _named(where: str) -> Any:
    """Return what is called so, like "inbox.page:inbox_page"; its module is loaded."""
    module, name = where.split(":")
    return getattr(import_module(f"crm_app.{module}"), name)


logs.set_up()
app = rx.App(
    api_transformer=[api.build(), Doorkeeper], backend_exception_handler=show_error, **look()
)
app.add_middleware(Guard())
listener.start(app)
app.register_lifespan_task(keep_looking)
for _route, _title, _page, _loads in pages():
    app.add_page(_page, route=_route, title=f"{_title} · Attack-a-Crack", on_load=_loads)

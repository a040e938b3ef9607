"""The guard in front of every event, and the one state that answers without a session.

Each State names what its handlers need in `NEEDS` ("*" for those not named); a handler that is
in neither is refused. Reflex's own events pass, for a state that was emptied when its session
is missing, ended or another one: otherwise a client token alone would show the last person's
rows.
"""

import logging
from contextvars import ContextVar
from typing import Any, ClassVar
from uuid import uuid4

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from crm_app import logs
from crm_app.auth.permissions import Permission, Person
from crm_app.auth.routes import note_of, signed_cookie
from crm_app.errors import NotSignedInError
from crm_app.ui.attrs import toast

logger = logging.getLogger(__name__)
# Reflex's own; without them the sign-in page loops (design §4). update_vars_internal is not here:
# nothing of ours lives in the browser's storage.
REFLEX_EVENTS = {"hydrate", "hydrate_and_load", "on_load_internal", "set_is_hydrated"}
# token of a browser tab -> hash of its session, for telling its tabs when a session ends
tabs: dict[str, str] = {}
# What the guard found for the event at hand, so that its handler need not ask again.
_of_this_event: ContextVar[Person | None] = ContextVar("_of_this_event", default=None)


class EntryState(rx.State):
    """The sentence that a redirect to this page carried, and whose rows the other states hold."""

    NEEDS: ClassVar[dict[str, Permission]] = {}
    PUBLIC: ClassVar[set[str]] = {"load", "leave"}
    note: str = ""
    link: str = ""
    _session_hash: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the note of the address, if it is one of ours."""
        query = self.router.url.query_parameters
        self.note = note_of(query.get("note", ""), query.get("mark", ""))
        self.link = query.get("link", "")

    @rx.event
    async def leave(self) -> Any:
        """Lead a tab whose session ended to the sign-in page."""
        return rx.redirect("/login")


class Guard(rx.Middleware):
    """Checks the session and the role before any handler runs."""

    async def preprocess(self, app: rx.App, state: Any, event: Event) -> StateUpdate | None:
        """Return None to let the event pass, or the update that takes its place."""
        root = state._get_root_state()
        logs.context_id.set(uuid4().hex[:12])
        event.payload.update(_without_nul(event.payload))
        person = await signed_cookie(root.router.headers.cookie)
        _of_this_event.set(person)
        session_hash = person.session_hash if person else ""
        await _empty_when_another(root, session_hash)
        if session_hash:
            tabs[root.router.session.client_token] = session_hash
        state_name, _, handler = event.name.rpartition(".")
        kind = root.get_class_substate(state_name)
        if not kind.__module__.startswith("crm_app."):
            return None if handler in REFLEX_EVENTS else StateUpdate()
        if handler in getattr(kind, "PUBLIC", ()):
            return None
        if person is None:
            return StateUpdate(events=Event.from_event_type(rx.redirect("/login")))
        needs: dict[str, Permission] = getattr(kind, "NEEDS", {})
        permission = needs.get(handler, needs.get("*"))
        if permission and person.may(permission):
            return None
        logger.warning("refused %s for a %s", handler, person.role.value)
        told = [toast("Your role may not do this. Ask the owner.", "blocked")]
        away = [rx.redirect(person.home)] if handler == "load" else []
        return StateUpdate(events=Event.from_event_type([*away, *told]))


def _without_nul(said: Any) -> Any:
    """What a browser sends without the one letter that the database cannot keep."""
    if isinstance(said, dict):
        return {key: _without_nul(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_without_nul(value) for value in said]
    return said.replace("\0", "") if isinstance(said, str) else said


async def _empty_when_another(root: Any, session_hash: str) -> None:
    """Empty every state of this tab unless it belongs to the session `session_hash`."""
    entry = await root.get_state(EntryState)
    if entry._session_hash == session_hash and session_hash:
        return
    for kind in _all_states(type(root)):
        await root.get_state(kind)  # so that Redis brings it, and it is emptied too
    hydrated = root.is_hydrated
    root.reset()
    root.is_hydrated = hydrated
    entry._session_hash = session_hash


def _all_states(kind: type[Any]) -> list[type[Any]]:
    found = list(kind.get_substates())
    return found + [deeper for child in found for deeper in _all_states(child)]


async def signed_in(state: rx.State) -> Person:
    """Return who sent this event; raise NotSignedInError."""
    person = _of_this_event.get() or await signed_cookie(state.router.headers.cookie)
    if person is None:
        raise NotSignedInError
    return person

"""The names that the program's event handlers have on the wire."""

from typing import Any


def states() -> list[Any]:
    """Return every registered state, Reflex's own included; needs settings of a sandbox."""
    import reflex as rx

    from crm_app import crm_app  # noqa: F401 - registers every state

    def below(kind: Any) -> list[Any]:
        return [kind, *(deeper for child in kind.get_substates() for deeper in below(child))]

    return below(rx.State)


def full_name(state: str, handler: str) -> str:
    """Return the full name of one handler, given the name of its class."""
    kind = next(kind for kind in states() if kind.__name__ == state)
    assert handler in kind.event_handlers
    return f"{kind.get_full_name()}.{handler}"

"""A pretend NumVerify, beside the pretend OpenPhone of a process of its own."""

from collections.abc import Callable

import pytest

from tests.sandbox.conftest import Place, ear, open_ear, place, running_place

__all__ = ["Place", "ear", "open_ear", "place", "running_place"]
With = Callable[[str], None]


@pytest.fixture
def numverify(place: Place, environment: Callable[..., None]) -> With:
    """Ask the pretend service with this key; what each key gets is in its tables.toml."""

    def ask_with(key: str) -> None:
        environment(OPENPHONE_BASE_URL=place.url, NUMVERIFY_API_KEY=key)

    ask_with("a good key")
    return ask_with

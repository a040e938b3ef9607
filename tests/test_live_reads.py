import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest

from crm_app import listener
from crm_app.auth.permissions import Person, Role
from crm_app.listener import Listener, together

OLIVIA, OTIS = Person(1, "Olivia", Role.OWNER), Person(2, "Otis", Role.OWNER)
TILDA, THEO = Person(3, "Tilda", Role.TECHNICIAN), Person(4, "Theo", Role.TECHNICIAN)


@pytest.fixture
def ear() -> Iterator[Listener]:
    """A listener of this process, without an app to tell."""
    found = Listener(cast(Any, None))
    listener._listener[:] = [found]
    yield found
    listener._listener.clear()


class Reader:
    """Counts how often it was read."""

    def __init__(self) -> None:
        self.times = 0

    async def read(self) -> int:
        self.times += 1
        mine = self.times
        await asyncio.sleep(0)
        return mine


async def ask(reader: Reader, *people: Person) -> list[int]:
    return await asyncio.gather(*(together(p, ("inbox", "open"), reader.read) for p in people))


@pytest.mark.usefixtures("ear")
def test_tabs_that_see_the_same_share_one_read() -> None:
    assert asyncio.run(ask(Reader(), OLIVIA, OTIS, OLIVIA)) == [1, 1, 1]


@pytest.mark.usefixtures("ear")
def test_who_sees_only_their_own_threads_shares_with_nobody() -> None:
    assert asyncio.run(ask(Reader(), OLIVIA, TILDA, THEO, TILDA)) == [1, 2, 3, 2]


def test_after_news_it_is_read_again(ear: Listener) -> None:
    async def twice(reader: Reader) -> list[int]:
        first = await ask(reader, OLIVIA)
        ear.tell("inbox")
        return first + await ask(reader, OTIS)

    assert asyncio.run(twice(Reader())) == [1, 2]


@pytest.mark.usefixtures("ear")
def test_a_read_that_failed_is_not_kept() -> None:
    async def fails() -> int:
        raise LookupError

    async def both(reader: Reader) -> list[int]:
        with pytest.raises(LookupError):
            await together(OLIVIA, ("inbox", "open"), fails)
        return await ask(reader, OLIVIA)

    assert asyncio.run(both(Reader())) == [1]

"""A cut of `python -m tests.flight`: real processes, two of them killed, connections cut."""

import signal
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest

from crm_app import queue
from crm_app.settings import settings
from crm_app.terminal import show
from tests.chaos.world import World
from tests.flight.flight import fly
from tests.flight.story import Story
from tests.journeys.stack import PROGRAM, free_port, until
from tests.test_kill import Provider, running

SEED, EVENTS, PEOPLE = 5, 80, 5
CUT = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


class Cut(World):
    """A world on a database of somebody else's server, which cannot be restarted."""

    def restart_database(self) -> None:
        """Cut every connection to it, as a restart does."""
        with closing(psycopg.connect(settings().database_url.get_secret_value())) as here:
            here.execute(CUT)
        self.restarts += 1


@pytest.fixture
def told(fresh_database: str, environment: Callable[..., None]) -> Iterator[tuple[Cut, Story]]:
    """A story in the pretend OpenPhone, and the route that will hear of it."""
    environment(DATABASE_URL=fresh_database, PORT=str(free_port()))
    folder = settings().data_path
    story = Story(folder / "sandbox.sqlite", SEED, EVENTS, PEOPLE)
    with running(*PROGRAM, "sandbox"):
        until((folder / "sandbox.url").exists, "the pretend OpenPhone")
        environment(OPENPHONE_BASE_URL=(folder / "sandbox.url").read_text())
        provider = Provider(settings().openphone_base_url)
        here = Cut(SEED, provider)
        yield here, story
        here.end_web()
        for worker in here.workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait(10)
        provider.http.close()
        queue._bell.submit(queue.huey().storage.close).result()


def test_what_was_lost_on_the_way_is_there_in_the_end(told: tuple[Cut, Story]) -> None:
    here, story = told

    def web() -> None:
        here.end_web()
        here.start_web()

    found = fly(here, story, SEED, {0.3: web, 0.5: here.restart_database, 0.7: here.kill_worker})

    show(f"{found.deliveries} deliveries, {found.lost} never came, {dict(found.answers)}")
    assert found.wrong == []
    assert found.lost
    assert found.recovered
    assert found.answers["401 spoiled"]

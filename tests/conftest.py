"""What every test stands on: real PostgreSQL, settings of its own, no network but loopback."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_socket
from alembic.config import Config
from sqlalchemy import Connection, create_engine
from sqlmodel import Session

from alembic import command
from crm_app import clock, db, house, queue
from crm_app.compliance import rules
from crm_app.sandbox import demo
from crm_app.settings import ROOT, Settings, settings
from tests.texting import TUESDAY, set_clock

# Never the developer's own settings, and never DATABASE_URL: tests empty what they get.
Settings.model_config["env_file"] = None
_OURS = [name.upper() for name in Settings.model_fields]
_skipped: list[str] = []
SERVER = os.environ.get("TEST_DATABASE_URL", "")
for _name in _OURS:
    os.environ.pop(_name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the journeys last: Playwright keeps an event loop running beneath all that follows."""
    items.sort(key=lambda item: "/journeys/" in item.path.as_posix())


def pytest_runtest_setup() -> None:
    """Refuse every socket but loopback and the database's unix socket."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember a skipped or xfailed test; either fails the suite."""
    if report.skipped or hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the suite for a test that did not run to its end."""
    if _skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address (with `{}` for the database) of a PostgreSQL server to make databases on."""
    if SERVER:
        base, _, query = SERVER.partition("?")
        yield base.rsplit("/", 1)[0] + "/{}" + (f"?{query}" if query else "")
        return
    from crm_app.run import postgres

    # /tmp and not pytest's own folder: as root the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="crm-test-") as folder:
        postgres.ensure(Path(folder))
        yield f"postgresql://postgres@/{{}}?host={postgres.folder(Path(folder))}"
        postgres.stop(Path(folder))


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """The name of a migrated, newborn sandbox database to clone."""
    name = f"crm_test_{os.getpid()}"
    _admin(server, f"drop database if exists {name}")
    _admin(server, f"create database {name}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", server.format(name))
        _forget()
        command.upgrade(Config(toml_file=str(ROOT / "pyproject.toml")), "head")
        with db.transaction() as session:
            house.be_born(session, sandbox=True, at=clock.wall())
            # As fast as it goes; the tests of the line's speed set one.
            house.put_setting(session, rules.KEY, {"a_second": 0, "a_minute": 0})
        db.engine().dispose()
    _forget()
    yield name
    _admin(server, f"drop database {name} with (force)")


def _admin(server: str, statement: str) -> None:
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


def _forget() -> None:
    """Let the next call read the settings again and connect anew."""
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    for cached in (settings, db.engine, queue.huey, queue._registered):
        cached.cache_clear()


@pytest.fixture
def environment(
    monkeypatch: pytest.MonkeyPatch, server: str, template: str
) -> Iterator[Callable[..., None]]:
    """Settings of this test; call it with NAME="value" to change some."""
    # /tmp and not pytest's own folder, which is private: as root the data would go to /var/lib.
    folder = Path(tempfile.mkdtemp(prefix="crm-data-"))
    folder.chmod(0o755)

    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        _forget()

    change(
        SANDBOX="1",
        DATA_DIR=str(folder / "data"),
        DATABASE_URL=server.format(template),
        OPENPHONE_BASE_URL="http://127.0.0.1:9",
        SECRET_KEY="only for tests",
    )
    queue.is_immediate = False
    yield change
    queue.is_immediate = False
    _forget()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def shared_engine(server: str, template: str) -> Iterator[Connection]:
    """One connection for all tests that roll back; a clone, or the template could not be cloned."""
    yield from _clone(server, template, f"{template}_shared")


@pytest.fixture(scope="session")
def demo_engine(server: str, template: str) -> Iterator[Connection]:
    """The same with the demo world, born on a Tuesday at ten: it is told once for all tests."""
    yield from _clone(server, template, f"{template}_demo", _tell_demo)


def _clone(
    server: str, template: str, name: str, begin: Callable[[str], None] = lambda _: None
) -> Iterator[Connection]:
    _admin(server, f"create database {name} template {template}")
    begin(server.format(name))
    engine = create_engine(server.format(name).replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    _admin(server, f"drop database {name} with (force)")


def _tell_demo(address: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", address)
        patch.setenv("SANDBOX", "1")
        patch.setenv("SECRET_KEY", "only for tests")
        _forget()
        with db.transaction() as session:
            set_clock(session, TUESDAY)
            demo.load(session)
        db.engine().dispose()
    _forget()


@pytest.fixture
def session(
    shared_engine: Connection, environment: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """A session whose work, and the program's own, is undone after the test."""
    yield from _undone(shared_engine, monkeypatch)


@pytest.fixture
def told(
    demo_engine: Connection, environment: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """The same in the demo world."""
    yield from _undone(demo_engine, monkeypatch)


def _undone(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    undo = connection.begin()

    def new_session() -> Session:
        return Session(connection, join_transaction_mode="create_savepoint")

    monkeypatch.setattr(db, "new_session", new_session)
    with new_session() as ours:
        yield ours
    undo.rollback()


@pytest.fixture
def fresh_database(server: str, template: str, environment: Callable[..., None]) -> Iterator[str]:
    """A database of this test's own, for many connections or processes; its address."""
    name = f"{template}_{os.urandom(4).hex()}"
    _admin(server, f"create database {name} template {template}")
    environment(DATABASE_URL=server.format(name))
    yield server.format(name)
    db.engine().dispose()
    _forget()
    _admin(server, f"drop database {name} with (force)")

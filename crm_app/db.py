"""Engine and transactions. Nothing else in the program calls commit()."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, Enum, MetaData, create_engine
from sqlalchemy.orm import declared_attr
from sqlmodel import Session, SQLModel

from crm_app.errors import CrmError
from crm_app.settings import DATABASE, ROOT, settings

P = ParamSpec("P")
T = TypeVar("T")
# Named constraints, so that Alembic can drop them again.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}  # fmt: skip


class Table(SQLModel):
    """The parent of every table: `PhoneNumber` is kept in `phone_number`."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Return the table's name."""
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        # `user` is a word of SQL, and Decision and Consent are what the gate reads and returns.
        return {"user": "app_user"}.get(name, name.removesuffix("_record"))


def choice(kind: type[StrEnum]) -> Enum:
    """Store a StrEnum by value in a VARCHAR, so that adding a member is no migration."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda k: [m.value for m in k])


def dsn() -> str:
    """Return the libpq address of the database; raise CrmError when none is there.

    Without DATABASE_URL it is the embedded server's socket, read from its own pid file.
    """
    given = settings().database_url.get_secret_value()
    if given:
        return given.replace("postgresql+psycopg://", "postgresql://", 1)
    pid_file = settings().data_path / "pg" / "postmaster.pid"
    try:
        socket_dir = pid_file.read_text().splitlines()[4]
    except (OSError, IndexError):
        raise CrmError("The database is not running: `make run`, or set DATABASE_URL.") from None
    return f"postgresql://postgres@/{DATABASE}?host={socket_dir}"


def metadata() -> MetaData:
    """Return every module's tables; the tables' modules are imported here."""
    import_module("crm_app.house")
    for file in sorted(ROOT.glob("crm_app/*/models.py")):
        import_module(f"crm_app.{file.parent.name}.models")
    return SQLModel.metadata


# Python's own has six threads on two cores: a webhook's answer would wait behind six slow pages.
_threads = ThreadPoolExecutor(16, "database")


@cache
def engine() -> Engine:
    """Return the process-wide engine, made on first use, when all tables are known."""
    metadata()  # foreign keys lead from module to module
    url = dsn().replace("postgresql://", "postgresql+psycopg://", 1)
    # Numbers and texts must not reach a log through an error.
    hidden = {"hide_parameters": True, "connect_args": {"connect_timeout": 5}}
    return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=16, **hidden)


def new_session() -> Session:
    """Return a session of its own; tests replace this one function."""
    return Session(engine(), expire_on_commit=False)  # rows are read after their transaction


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session; commit when the block ends well, roll back when it raises."""
    with new_session() as session, session.begin():
        yield session


async def in_thread(
    work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run a core function in a transaction of its own, off the event loop."""

    def run() -> T:
        with transaction() as session:
            return work(session, *args, **kwargs)

    loop, context = asyncio.get_running_loop(), copy_context()
    return await loop.run_in_executor(_threads, lambda: context.run(run))

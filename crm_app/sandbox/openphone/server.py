"""Entry of the pretend OpenPhone: `serve` as a process, `build` inside a test."""

import asyncio
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from crm_app.sandbox.homeowners.control import Phones
from crm_app.sandbox.media.files import routes as files
from crm_app.sandbox.numverify.api import routes as numverify
from crm_app.sandbox.openphone.api import Api
from crm_app.sandbox.openphone.signing import signed
from crm_app.sandbox.openphone.store import WORDS, Store
from crm_app.sandbox.openphone.world import World
from crm_app.sandbox.stage.control import Control
from crm_app.sandbox.stage.courier import Courier
from crm_app.sandbox.stage.serving import run
from crm_app.sandbox.subscriptions.book import sent_where, signed_with


@dataclass(frozen=True)
class Sandbox:
    """A built pretend OpenPhone: the ASGI app, and what moves it."""

    app: Starlette
    world: World
    courier: Courier


def build(
    *, state_path: Path, webhook_url: str, key: bytes, own_number: str, api_key: str = "",
    monitor_number: str = "",
) -> Sandbox:  # fmt: skip
    """Return a pretend OpenPhone that remembers in the sqlite file `state_path`.

    `key` is the decoded signing key of its webhooks, `own_number` the firm's in E.164, as is
    `monitor_number`, from which health checks are texted to it; with an
    empty `api_key` any raw key is accepted. Time passes by `courier.run()` or the clock route.
    """

    def sign(row: sqlite3.Row, wall: float) -> dict[str, str]:
        return signed(store, signed_with(store, row, key), row, wall)

    def address(row: sqlite3.Row) -> str | None:
        return sent_where(store, row, webhook_url)

    store = Store(state_path)
    world = World(store, own_number, monitor_number)
    courier = Courier(store, world.advance, address, sign)
    routes = [
        *Api(world, courier, api_key).routes(),
        *Phones(world, courier).routes(),
        *Control(store, courier, WORDS["choices"]).routes(),
        *numverify(),
        *files(store),
    ]
    return Sandbox(Starlette(routes=routes), world, courier)


def serve(
    *,
    port: int,
    state_path: Path,
    webhook_url: str,
    key: bytes,
    own_number: str,
    url_file: Path | None,
    api_key: str = "",
    monitor_number: str = "",
) -> None:
    """Run on 127.0.0.1:`port` (0: any) until SIGTERM or SIGINT; see `build` for the rest.

    `url_file` holds `http://127.0.0.1:PORT` from when it listens until it stops. Raises OSError
    when the port is taken.
    """
    built = build(
        state_path=state_path,
        webhook_url=webhook_url,
        key=key,
        own_number=own_number,
        api_key=api_key,
        monitor_number=monitor_number,
    )
    work = run(built.app, built.courier, built.world.store, port=port, url_file=url_file)
    asyncio.run(work)

"""The world of `make chaos`: every process is real, and most of them are killed."""

import os
import random
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from crm_app import db
from crm_app.errors import CrmError
from crm_app.run import postgres
from crm_app.run.database import locked
from crm_app.settings import ROOT, settings
from tests.journeys.stack import PROGRAM, free_port, until
from tests.test_kill import API, Provider

WORKERS = 3
BAD_LINE = {
    "429": 0.05, "500_before": 0.05, "500_after": 0.05, "silent_after": 0.02,
    "double_webhook": 0.2, "reorder_webhook": 0.2, "late_webhook": 0.1, "drop_webhook": 0.05,
    "undelivered": 0.02, "failed": 0.02, "no_receipt": 0.02,
}  # fmt: skip
ACCOUNT = ("401", "402", "403", "400_a2p")  # a refusal of the account, for a while


class World:
    """The database, the pretend OpenPhone, the route for its webhooks, and three workers."""

    def __init__(self, seed: int, provider: Provider) -> None:
        self.chance, self.provider = random.Random(seed), provider
        self.workers: list[subprocess.Popen[bytes]] = []
        self.kills = self.restarts = 0
        self.start_web()

    def start_web(self) -> None:
        """Start the route that takes webhooks."""
        port, quiet = settings().port, subprocess.DEVNULL
        command = [*API, str(port)]
        self.web = subprocess.Popen(
            command, cwd=ROOT, stdout=quiet, stderr=quiet, start_new_session=True
        )
        until(lambda: is_open(port), "the route of the webhooks")

    def end_web(self, how: int = signal.SIGKILL) -> None:
        """End it and all it started, without a word or with SIGTERM."""
        with suppress(ProcessLookupError):
            os.killpg(self.web.pid, how)  # granian has a child of its own
        self.web.wait(20)

    def start_worker(self) -> None:
        command = [*PROGRAM, "worker"]
        with (settings().data_path / "worker.log").open("ab") as out:
            self.workers.append(subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out))

    def kill_worker(self) -> None:
        """Kill one without a word and start another."""
        victim = self.workers.pop(self.chance.randrange(len(self.workers)))
        victim.send_signal(signal.SIGKILL)
        victim.wait(10)
        self.kills += 1
        self.start_worker()

    def restart_database(self) -> None:
        """Let the database go away in the middle of everything."""
        data_path = settings().data_path
        with locked(data_path / "pg.gate"):  # a worker that starts now would start it, too
            postgres.stop(data_path)
            postgres.ensure(data_path)
        self.restarts += 1

    def refuse_account(self, on: bool) -> None:
        wrong = {self.chance.choice(ACCOUNT): 1.0} if on else {}
        self.provider.put("faults", BAD_LINE | wrong)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """Ask the database, also when it has just come back."""

        def asked() -> list[Any]:
            with suppress(SQLAlchemyError, CrmError), db.transaction() as session:
                return [session.execute(text(statement), values).all()]
            db.engine().dispose()
            return []

        return until(asked, "the database")[0]


@contextmanager
def world(
    seed: int, cap: int, prepare: Callable[[Path], object] = lambda _: None
) -> Iterator[World]:
    """Run it all on a folder that is gone afterwards; `prepare` fills it before."""
    with tempfile.TemporaryDirectory(prefix="crm-chaos-") as folder:
        Path(folder).chmod(0o755)
        port = str(free_port())
        os.environ |= {
            "ENV_FILE": os.devnull, "SANDBOX": "1", "DATA_DIR": f"{folder}/data", "PORT": port,
            "DATABASE_URL": "", "OPENPHONE_BASE_URL": "", "REDIS_URL": "",
            "SECRET_KEY": "only for chaos", "COLD_DAILY_LIMIT": str(cap),
        }  # fmt: skip
        settings.cache_clear()
        data_path = settings().data_path
        postgres.ensure(data_path)
        subprocess.run([*PROGRAM, "migrate"], cwd=ROOT, check=True)
        prepare(data_path)
        quiet: Any = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        sandbox = subprocess.Popen([*PROGRAM, "sandbox"], **quiet)
        found = None
        try:
            until((data_path / "sandbox.url").exists, "the pretend OpenPhone")
            provider = Provider((data_path / "sandbox.url").read_text())
            provider.put("switches", {"answers": 0.1, "silence_seconds": 0.2, "seed": seed})
            found = World(seed, provider)
            yield found
        finally:
            if found:
                found.end_web()
            for process in [sandbox, *(found.workers if found else [])]:
                process.kill()
                process.wait(10)
            db.engine().dispose()
            postgres.stop(data_path)


def is_open(port: int) -> bool:
    """Say whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def read(at: str) -> datetime:
    """Read a time of the provider."""
    return datetime.fromisoformat(at).astimezone(UTC)

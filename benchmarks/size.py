"""Memory of all processes of a running program, and how long a start takes."""

import re
import subprocess
import time
from pathlib import Path

import psutil

from benchmarks.figures import Figure, spread
from crm_app.settings import ROOT
from tests.journeys.stack import PROGRAM, Stack


def memory(stack: Stack) -> tuple[float, float]:
    """Return (PSS, RSS) in MB of everything that runs: PSS counts shared pages once."""
    postmaster = int((stack.data / "pg" / "postmaster.pid").read_text().split()[0])
    found = set[psutil.Process]()
    for root in (psutil.Process(stack.process.pid), psutil.Process(postmaster)):
        found |= {root, *root.children(recursive=True)}
    rolled = [Path(f"/proc/{p.pid}/smaps_rollup").read_text() for p in found if p.is_running()]
    return _sum(rolled, "Pss"), _sum(rolled, "Rss")


def _sum(rolled: list[str], what: str) -> float:
    sizes = (re.search(rf"^{what}: +(\d+) kB", each, re.MULTILINE) for each in rolled)
    return sum(int(size[1]) for size in sizes if size) / 1024


def told(name: str, then: tuple[float, float], new: tuple[float, float]) -> Figure:
    """Show the memory `then`, beside that of the program when it was new."""
    return Figure(
        name, f"{then[0]:.0f} MB PSS, {then[1]:.0f} RSS",
        f"{new[0]:.0f} MB PSS, {new[1]:.0f} RSS: when it was new", f"× {then[0] / new[0]:.2f}",
        "< 900 MB",
    )  # fmt: skip


def warm_starts(stack: Stack, runs: int) -> Figure:
    """Stop the program and start it again on its data, front end built; runs after the last."""
    took = []
    for _ in range(runs):
        stack.process.terminate()
        stack.process.wait(40)
        started = time.perf_counter()
        stack.log.unlink()
        with stack.log.open("wb") as out:
            stack.process = subprocess.Popen(
                [*PROGRAM, "run"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                cwd=ROOT, env=stack.environment, start_new_session=True,
            )  # fmt: skip
        stack.wait_until_ready()
        took.append(time.perf_counter() - started)
    return Figure("a warm start, until healthy", spread(took, "s"), aim="5 s")

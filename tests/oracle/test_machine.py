"""The gate against the naive oracle, whatever happens: what leaves, and what waits.

Longer: `python -m tests.oracle --runs 10000 --seed 7`, which prints what happened. A failure
prints the steps and a blob (`@reproduce_failure`) to put on the machine.
"""

import os
import time

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection

from crm_app import clock, db
from crm_app.conversations import slots
from crm_app.openphone import client, lookup
from crm_app.terminal import show
from tests.machine.world import World
from tests.oracle.machine import Machine
from tests.oracle.world import SEEN
from tests.test_state_machine import SETTINGS

RUNS, STEPS = int(os.environ.get("ORACLE_RUNS") or 25), int(os.environ.get("ORACLE_STEPS") or 30)
SEED = os.environ.get("ORACLE_SEED")


def test_what_leaves_is_allowed_and_nothing_allowed_waits(
    shared_engine: Connection, environment: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    World.connection = shared_engine
    monkeypatch.setattr(db, "new_session", World.new_session)
    monkeypatch.setattr(clock, "wall", World.time.wall)
    monkeypatch.setattr(client, "number_id", lambda _: "PN1")
    monkeypatch.setattr(client, "read_page", lambda *asked: World.provider.page(*asked))
    for module in (slots, lookup):
        monkeypatch.setattr(module, "take_rate_slot", lambda *_: 0.0)
    machine = seed(int(SEED))(Machine) if SEED else Machine

    phases = (Phase.generate,) if os.environ.get("ORACLE_FAST") else SETTINGS.phases
    longer = settings(SETTINGS, max_examples=RUNS, stateful_step_count=STEPS, phases=phases)
    started = time.monotonic()
    try:
        run_state_machine_as_test(machine, settings=longer)
    finally:
        if SEED:
            seconds = time.monotonic() - started
            show(f"\nseed {SEED}: {RUNS} runs of {STEPS} steps, {seconds:.0f} s")
            show("\n".join(f"{many:>9} {what}" for what, many in sorted(SEEN.items())))

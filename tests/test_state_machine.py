"""Anything in any order: the promises of texting hold after every step.

A Hypothesis state machine; its rules are in tests/machine. Longer: `STEPS=200 EXAMPLES=1000
python -m pytest -s tests/test_state_machine.py`; with `SEED=7` it plays the same again. A failure
prints the steps and a blob (`@reproduce_failure`) to put on the machine.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection

from crm_app import clock, db
from crm_app.openphone import client, lookup
from tests.machine.rules import Machine
from tests.machine.world import World

EXAMPLES, STEPS = int(os.environ.get("EXAMPLES") or 15), int(os.environ.get("STEPS") or 100)
SEED = os.environ.get("SEED")
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    print_blob=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_the_promises_hold_whatever_happens(
    shared_engine: Connection, environment: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    World.connection = shared_engine
    monkeypatch.setattr(db, "new_session", World.new_session)
    monkeypatch.setattr(clock, "wall", World.time.wall)
    monkeypatch.setattr(client, "number_id", lambda _: "PN1")
    monkeypatch.setattr(client, "read_page", lambda *asked: World.provider.page(*asked))
    monkeypatch.setattr(client, "read_message", lambda which: World.provider.message(which))
    monkeypatch.setattr(lookup, "take_rate_slot", lambda *_: 0.0)
    machine = seed(int(SEED))(Machine) if SEED else Machine

    run_state_machine_as_test(machine, settings=SETTINGS)

"""`python -m tests.oracle [--runs N] [--seed N]`: the machine, long, and what it saw."""

import argparse
import os
import sys
import time

import pytest


def main(args: list[str]) -> int:
    """Run the test of this folder so long; 0 when the gate and the oracle agreed."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--no-shrinking", action="store_true", help="show the first failure as is")
    given = parser.parse_args(args)
    for name, value in (("RUNS", given.runs), ("STEPS", given.steps), ("SEED", given.seed),
                        ("FAST", given.no_shrinking or "")):  # fmt: skip
        os.environ[f"ORACLE_{name}"] = str(value)
    return int(pytest.main(["-q", "-s", "tests/oracle/test_machine.py"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

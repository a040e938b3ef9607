"""`python -m tests.oracle [--runs N] [--seed N]`: the machine, long, and what it saw."""

import argparse
import os
import subprocess
import sys
import time

import pytest

MACHINE = "tests/oracle/test_machine.py"


def main(args: list[str]) -> int:
    """Run the machine so often, over all cores; 0 when the gate and the oracle agreed."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-shrinking", action="store_true", help="show the first failure as is")
    given = parser.parse_args(args)
    os.environ |= {"ORACLE_STEPS": str(given.steps), "ORACLE_SEED": str(given.seed)}
    os.environ |= {"ORACLE_FAST": "1" if given.no_shrinking else ""}
    os.environ |= {"ORACLE_RUNS": str(-(-given.runs // given.jobs))}
    if given.jobs == 1:
        return int(pytest.main(["-q", "-s", MACHINE]))
    command = [sys.executable, "-m", "pytest", "-q", "-s", MACHINE]
    jobs = [
        subprocess.Popen(command, env=os.environ | {"ORACLE_SEED": str(given.seed + n)})
        for n in range(given.jobs)
    ]
    return max(job.wait() for job in jobs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Holds the coverage of a whole test run against the house rules: `python -m tests.coverage_rules`.

Over 90 % of branches and lines of the core, all of the files where a mistake texts somebody twice
or against their will, or loses something.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from coverage import Coverage

CORE = ("models.py", "actions.py", "queries.py", "tasks.py", "routes.py", "webhook.py")
CRITICAL = (
    "crm_app/compliance/gate.py",
    "crm_app/compliance/gate_times.py",
    "crm_app/compliance/gate_rules.py",
    "crm_app/replies/reader.py",
    "crm_app/evidence/ledger.py",
    "crm_app/conversations/optout.py",
    "crm_app/conversations/slots.py",
    "crm_app/outbox/sending.py",
    "crm_app/outbox/outcomes.py",
    "crm_app/openphone/sender.py",
    "crm_app/openphone/signatures.py",
    "crm_app/openphone/webhook.py",
    "crm_app/imports/apply.py",
    "crm_app/imports/staging.py",
    "crm_app/imports/steps.py",
    "crm_app/imports/waves.py",
)


def measured() -> dict[str, dict[str, Any]]:
    """Return what the last run covered, by file."""
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report))
        files: dict[str, dict[str, Any]] = json.loads(report.read_text())["files"]
    return files


def main() -> int:
    """Print what falls short; 1 when anything does."""
    files = measured()
    short = [f"{name}: not in the report" for name in CRITICAL if name not in files]
    for name in CRITICAL:
        seen = files.get(name, {"summary": {"percent_covered": 100}})
        if seen["summary"]["percent_covered"] < 100:
            short.append(f"{name}: lines {seen['missing_lines']}, {seen['missing_branches']}")
    core = [f["summary"] for name, f in files.items() if name.endswith(CORE)]
    whole = sum(s["num_statements"] + s["num_branches"] for s in core)
    hit = sum(s["covered_lines"] + s["covered_branches"] for s in core)
    percent = 100 * hit / whole
    if percent <= 90:
        short.append(f"the core: {percent:.1f} %, more than 90 % are wanted")
    sys.stdout.write(f"Core: {percent:.1f} % covered, lines and branches.\n")
    sys.stdout.write("".join(f"Not covered enough: {line}\n" for line in short))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())

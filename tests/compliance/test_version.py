"""Who changes a rule changes its version: decisions name the rules that they were made by."""

import hashlib
from pathlib import Path

from crm_app.compliance import gate

RULES = (
    "facts.py", "gate.py", "gate_rules.py", "gate_times.py", "windows.py", "bases.toml",
    "listed.toml", "purposes.toml", "quiet_hours.toml",
)  # fmt: skip
KNOWN = {"2": "7a291f031b263c4a"}


def test_the_rules_are_those_of_their_version() -> None:
    folder = Path(gate.__file__).parent
    found = hashlib.sha256(b"".join((folder / name).read_bytes() for name in RULES)).hexdigest()
    assert KNOWN.get(gate.RULES_VERSION) == found[:16], (
        f"The rules changed: raise RULES_VERSION and add {found[:16]!r} here; if no verdict and no"
        " sentence of theirs did, put it in the place of the last one."
    )

"""Tables of data beside the code that uses them: labels, headers, phrases, rules of states."""

import tomllib
from pathlib import Path
from typing import Any


def read_table(beside: str, name: str) -> dict[str, Any]:
    """Return `name`.toml of the folder where the file `beside` (`__file__`) lies."""
    return tomllib.loads(Path(beside).with_name(f"{name}.toml").read_text("utf-8"))

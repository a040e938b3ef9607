"""What lies beside the code that uses it: tables of data (.toml) and statements (.sql)."""

import re
import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, text


def read_table(beside: str, name: str) -> dict[str, Any]:
    """Return `name`.toml of the folder where the file `beside` (`__file__`) lies."""
    return tomllib.loads(Path(beside).with_name(f"{name}.toml").read_text("utf-8"))


def read_sql(beside: str, **parts: object) -> dict[str, TextClause]:
    """Return the statements of the .sql file beside the file `beside` (`__file__`), by name.

    Each stands below its line `-- name: …`. In it `{other}` is one above it, or one of `parts`,
    which come from the code and never from a person.
    """
    found = {name: str(part) for name, part in parts.items()}
    split = re.split(r"(?m)^-- name: (\w+)\n", Path(beside).with_suffix(".sql").read_text("utf-8"))
    for name, words in zip(split[1::2], split[2::2], strict=True):
        found[name] = re.sub(r"\{(\w+)\}", lambda part: found[part[1]], words.strip())
    return {name: text(words) for name, words in found.items()}

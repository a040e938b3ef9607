"""Imports every module's tables, so that Alembic and the tests see all of them."""

from importlib import import_module
from pathlib import Path

from sqlmodel import SQLModel

import_module("crm_app.house")
for _file in sorted(Path(__file__).parent.glob("*/models.py")):
    import_module(f"crm_app.{_file.parent.name}.models")

metadata = SQLModel.metadata

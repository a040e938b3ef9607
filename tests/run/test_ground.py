"""What stands around the program is held against it: settings, requirements, containers, CI."""

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from crm_app.settings import ROOT, Settings

NAMES = {name.upper() for name in Settings.model_fields}


def _read(name: str) -> str:
    return (ROOT / name).read_text()


def _pinned(file: str) -> dict[str, str]:
    """Return name to version of a requirements file, those it includes left out."""
    found = {}
    for line in _read(file).splitlines():
        if line and not line.startswith(("#", "-r ")):
            wanted = Requirement(line)
            (only,) = wanted.specifier
            assert only.operator == "==", line
            found[_plain(wanted.name)] = only.version
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(*roots: str) -> set[str]:
    """Return the outside packages that the code below `roots` imports.

    The benchmark's peer has an environment of its own.
    """
    found = set()
    for path in [
        p for root in roots for p in (ROOT / root).rglob("*.py") if p.parent.name != "peer"
    ]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"crm_app", "tests", "benchmarks"}


def test_every_setting_is_explained_in_the_example_and_nothing_else() -> None:
    lines = _read(".env.example").splitlines()
    named = {line.split("=")[0]: n for n, line in enumerate(lines) if "=" in line[:40]
             and not line.startswith("#")}  # fmt: skip
    assert set(named) == NAMES
    for name, n in named.items():
        assert lines[n - 1].startswith("# "), f"{name} has no comment"


def test_example_gives_the_defaults(tmp_path: Path) -> None:
    given = Settings(_env_file=ROOT / ".env.example")  # pyright: ignore[reportCallIssue]
    plain = Settings(_env_file=tmp_path / "none")  # pyright: ignore[reportCallIssue]
    assert given == plain


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_to_what_is_tested(file: str) -> None:
    pinned = _pinned(file)
    assert pinned
    assert pinned == {name: version(name) for name in pinned}


@pytest.mark.parametrize(
    ("roots", "files"),
    [
        (("crm_app", "alembic"), ["requirements.txt"]),
        (("tests", "benchmarks"), ["requirements.txt", "requirements-dev.txt"]),
    ],
)
def test_everything_imported_is_required(roots: tuple[str, ...], files: list[str]) -> None:
    pinned = {name for file in files for name in _pinned(file)}
    known = packages_distributions()
    missing = {
        package
        for package in _imported(*roots)
        if not {_plain(name) for name in known.get(package, [])} & pinned
    }
    assert missing == set()


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_read("compose.yaml"))
    return found


def test_compose_sets_only_settings_that_exist(compose: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker"):
        service = compose["services"][name]
        assert set(service["environment"]) <= NAMES
        assert set(service.get("build", {}).get("args", {})) <= NAMES
    assert "postgres" in compose["services"]["web"]["environment"]["DATABASE_URL"]
    assert "redis" in compose["services"]["web"]["environment"]["REDIS_URL"]


def test_compose_runs_our_commands_and_waits_for_what_they_need(compose: dict[str, Any]) -> None:
    from crm_app.__main__ import COMMANDS

    services = compose["services"]
    assert set(services) == {"migrate", "web", "worker", "postgres", "redis"}
    for name in ("migrate", "web", "worker"):
        assert services[name]["command"][:3] == ["python", "-m", "crm_app"]
        assert services[name]["command"][3] in COMMANDS
    for name in ("web", "worker"):
        waits = services[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["postgres"]["condition"] == waits["redis"]["condition"] == "service_healthy"
    for name in ("web", "worker", "postgres", "redis"):
        assert services[name]["healthcheck"]["test"][0] == "CMD"
    port = int(services["web"]["environment"]["PORT"])
    assert services["web"]["ports"] == [f"{port}:{port}"]


def test_image_is_built_in_stages_and_does_not_run_as_root() -> None:
    lines = _read("Dockerfile").splitlines()
    stages = [n for n, line in enumerate(lines) if line.startswith("FROM ")]
    assert len(stages) == 2
    last = lines[stages[-1] :]
    users = [line for line in last if line.startswith("USER ")]
    assert users
    assert users[-1] != "USER root"
    arguments = {line.split()[1].split("=")[0] for line in lines if line.startswith("ARG ")}
    assert arguments <= NAMES


def test_make_explains_its_targets_and_ci_runs_the_same() -> None:
    told = subprocess.run(["make", "-C", ROOT, "-s"], capture_output=True, text=True, check=True)
    names = {line.split()[0] for line in told.stdout.splitlines()}
    assert names >= set(["run", "dev", "test", "check", "bench", "chaos", "migrate", "reset"])
    assert "make test" in _read(".ci/run")
    assert ".ci/run" in _read(".github/workflows/ci.yml")
    yaml.safe_load(_read(".github/workflows/ci.yml"))


@pytest.mark.parametrize("name", [".env", ".venv/x", ".web/x", ".data/x", "crm_app/a.pyc"])
def test_what_a_machine_makes_for_itself_is_not_committed(name: str) -> None:
    asked = subprocess.run(["git", "-C", ROOT, "check-ignore", "-q", name], check=False)
    assert asked.returncode == 0

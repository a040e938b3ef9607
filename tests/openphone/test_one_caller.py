"""Nothing but the sender reaches the provider's send: proven from the source."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2] / "crm_app"
OUTSIDE = ("sandbox", "run")  # the pretend provider, and the supervisor's own requests


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the program but the pretend world, by its path below crm_app."""
    found = {str(path.relative_to(ROOT)): path for path in ROOT.rglob("*.py")}
    return {
        name: ast.parse(path.read_text())
        for name, path in found.items()
        if not name.startswith(OUTSIDE)
    }


def names(tree: ast.Module) -> set[str]:
    """Every name, attribute, imported name and string of a module."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", "") or ""
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
            found |= {alias.name for alias in node.names}
    return found


def users_of(word: str) -> set[str]:
    return {name for name, tree in sources().items() if word in names(tree)}


def test_only_the_sender_calls_send_message() -> None:
    assert users_of("send_message") == {"openphone/sender.py"}


def test_only_the_client_names_the_address_that_sends() -> None:
    assert users_of("/v1/messages") == {"openphone/client.py"}


def test_only_the_client_imports_httpx() -> None:
    importers = {
        name
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(alias.name == "httpx" for alias in node.names)
    }

    assert importers == {"media/client.py", "openphone/client.py", "screening/client.py"}


def test_the_client_of_numverify_only_gets_and_knows_nothing_of_openphone() -> None:
    known = names(sources()["screening/client.py"])

    assert not known & {"post", "put", "patch", "delete", "request", "send", "stream"}
    assert not known & {"provider_url", "openphone_api_key", "crm_app.openphone", "/v1/messages"}


def test_the_client_of_files_only_gets_and_has_no_key() -> None:
    known = names(sources()["media/client.py"])

    assert not known & {"post", "put", "patch", "delete", "request", "POST", "PUT", "PATCH"}
    assert not known & {"openphone_api_key", "crm_app.openphone", "/v1/messages"}


def test_only_the_sender_claims() -> None:
    assert users_of("claim_next") == {"openphone/sender.py"}


def test_only_the_claim_makes_a_row_sending() -> None:
    setters = {
        name
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(part, ast.Attribute) and part.attr == "SENDING"
                for part in ast.walk(node.value))
        and name.startswith(("outbox", "conversations", "openphone", "campaigns", "inbox"))
        and any(isinstance(part, ast.Attribute) and part.attr == "state"
                for target in node.targets for part in ast.walk(target))
    }  # fmt: skip

    assert setters == {"outbox/sending.py"}


def test_every_claim_asks_the_gate() -> None:
    tree = sources()["outbox/sending.py"]
    calls = {node.func.id for node in ast.walk(tree)
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip

    assert {"may_send", "facts_for", "keep_decisions"} <= calls

"""The built front end is cached for ever where its name says so, and pages need no detour."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from crm_app import doorkeeper
from crm_app.doorkeeper import FOR_EVER, Doorkeeper


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A browser in front of a small bundle."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "entry-1a2b.js").write_text("1")
    (tmp_path / "login").mkdir()
    for page in ("login.html", "login/index.html", "404.html", "index.html"):
        (tmp_path / page).write_text(page)
    files = StaticFiles(directory=tmp_path, html=True)
    monkeypatch.setattr(doorkeeper, "BUILT", tmp_path)
    return TestClient(Doorkeeper(Starlette(routes=[Mount("/", files)])))


def test_a_hashed_file_is_kept_for_ever(client: TestClient) -> None:
    assert client.get("/assets/entry-1a2b.js").headers["cache-control"] == FOR_EVER


def test_a_missing_file_is_not_kept(client: TestClient) -> None:
    missing = client.get("/assets/gone.js")

    assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-cache")


def test_a_page_comes_without_a_redirect_and_is_asked_for_again(client: TestClient) -> None:
    page = client.get("/login", follow_redirects=False)

    assert (page.status_code, page.text) == (200, "login.html")
    assert page.headers["cache-control"] == "no-cache"


def test_the_page_of_what_is_missing_is_no_page(client: TestClient) -> None:
    assert client.get("/assets/404").status_code == 404

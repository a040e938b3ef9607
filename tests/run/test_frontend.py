"""The front end is built when something in it changed, and only then."""

import os
import sys
from importlib import import_module
from pathlib import Path
from threading import Event

import pytest

from crm_app.errors import CrmError
from crm_app.run import frontend
from crm_app.settings import settings


@pytest.fixture
def sources(embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small program whose build writes one page."""
    for name, text in {"crm_app/page.py": "x", "assets/a.css": "y", "rxconfig.py": "z"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "reflex.lock").mkdir()
    (tmp_path / "reflex.lock/package.json").write_text("{}")
    web = tmp_path / ".web"
    for name, value in {
        "ROOT": tmp_path,
        "WEB": web,
        "BUNDLE": web / "build" / "client",
        "STAMP": web / "built",
    }.items():
        monkeypatch.setattr(frontend, name, value)
    _build_is(
        monkeypatch,
        f"from pathlib import Path; web = Path({str(tmp_path)!r}); "
        "(web / '.web/build/client').mkdir(parents=True, exist_ok=True); "
        "(web / '.web/build/client/index.html').write_text('page'); "
        "(web / 'built').open('a').write('b')",
    )
    return tmp_path


def _build_is(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(frontend, "COMMAND", [sys.executable, "-c", program])


def _builds(sources: Path) -> int:
    frontend.build(Event().wait)
    return len((sources / "built").read_text())


def test_nothing_changed_builds_nothing(sources: Path) -> None:
    assert _builds(sources) == 1
    assert _builds(sources) == 1


@pytest.mark.parametrize(
    "name", ["crm_app/page.py", "crm_app/labels.toml", "assets/a.css", "rxconfig.py",
             "requirements.txt", "reflex.lock/package.json"],
)  # fmt: skip
def test_any_change_builds_again(sources: Path, name: str) -> None:
    _builds(sources)
    (sources / name).write_text("something else")
    assert _builds(sources) == 2


@pytest.mark.parametrize(("name", "value"), [("PORT", "3005"), ("PUBLIC_URL", "https://crm.test")])
def test_setting_that_is_baked_in_builds_again(
    sources: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    _builds(sources)
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    assert _builds(sources) == 2


def test_failure_is_tried_from_an_empty_folder_and_then_says_what_to_do(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _build_is(monkeypatch, "raise SystemExit('npm error network')")
    (sources / ".web").mkdir()
    (sources / ".web" / "half").write_text("")
    with pytest.raises(CrmError, match=r"npm error network[\s\S]*registry\.npmjs\.org"):
        frontend.build(Event().wait)
    assert not (sources / ".web" / "half").exists()
    assert not frontend.is_built()


def test_build_that_is_asked_to_stop_stops(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _build_is(monkeypatch, "import signal; signal.pause()")
    with pytest.raises(KeyboardInterrupt):
        frontend.build(lambda _seconds: True)


def test_reflex_knows_every_name_that_we_set(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = import_module("reflex_base.environment").EnvironmentVariables
    before = dict(os.environ)
    states = embedded / "reflex" / "states"
    states.mkdir(parents=True)
    try:
        frontend.make_ready_to_serve()
        ours = {n for n in os.environ if "REFLEX_" in n and os.environ[n] != before.get(n)}
    finally:
        os.environ.clear()
        os.environ.update(before)
    names = {getattr(known, name).name for name in vars(known) if name.isupper()}
    assert ours >= {"__REFLEX_SKIP_COMPILE", "__REFLEX_MOUNT_FRONTEND_COMPILED_APP"}
    assert ours <= names
    assert not states.exists(), "pickled rows of an earlier program"


def test_npm_is_the_one_of_the_venv() -> None:
    assert frontend.environment()["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)

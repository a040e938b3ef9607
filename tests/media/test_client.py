"""Which links are followed, to where, and how far: the rules, and over real HTTP."""

import io
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crm_app.errors import CrmError
from crm_app.media import client, store
from crm_app.media.client import LaterError, address_of, allowed, download
from crm_app.sandbox.media import drawing
from tests.sandbox.conftest import Ear, Place, ear, open_ear, place, running_place
from tests.sandbox.test_files import link

__all__ = ["ear", "open_ear", "place", "running_place"]
Environment = Callable[..., None]
GOOD = (
    "https://m.openph.one/static/85.mp3",
    "https://storage.googleapis.com/opstatics/83f6?X-Goog-Signature=aa",
    "https://api.quo.com/media/1",
    "https://QUO.com/media/1",
    "https://files.openphone.com:443/a",
)
BAD = (
    "http://m.openph.one/static/85.mp3",
    "https://storage.googleapis.com/another/83f6",
    "https://storage.googleapis.com/opstatics/../another/83f6",
    "https://storage.googleapis.com/opstatics/%2e%2e/another/83f6",
    "https://storage.googleapis.com/opstatics",
    "https://evilquo.com/a",
    "https://quo.com.evil.example/a",
    "https://quo.com@evil.example/a",
    "https://user:secret@quo.com/a",
    "https://evil.example/quo.com",
    "https://quo.com:8443/a",
    "https://quo.com./a",
    "https://quo.com\\@evil.example/a",
    "https://127.0.0.1/a",
    "https://[::1]/a",
    "https://2130706433/a",
    "https://localhost/a",
    "//quo.com/a",
    "file:///etc/passwd",
    "ftp://quo.com/a",
    "data:image/png;base64,aaaa",
    "https://",
    "https://quo.com:x/a",
    "\x00",
    "",
)


@pytest.fixture
def live(environment: Environment) -> None:
    """Settings of a live program."""
    environment(SANDBOX="0", OPENPHONE_API_KEY="x", OPENPHONE_BASE_URL="")


@pytest.mark.usefixtures("live")
def test_only_https_of_the_providers_hosts_is_followed() -> None:
    for one in GOOD:
        allowed(one)
    for one in BAD:
        with pytest.raises(CrmError, match="MEDIA_HOSTS"):
            allowed(one)


@pytest.mark.usefixtures("live")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.text(), st.from_regex(r"https?://[a-z0-9.@:\\/%#?\[\]-]{0,40}(quo\.com)?.{0,9}"))
)
@example("https://quo.com")
def test_whatever_is_followed_leads_where_it_may(written: str) -> None:
    try:
        url = allowed(written)
    except CrmError:
        return
    assert (url.scheme, url.port, url.userinfo) == ("https", None, b"")
    assert httpx.Request("GET", url).url.host.endswith(("quo.com", "openphone.com", "openph.one",
                                                        "storage.googleapis.com"))  # fmt: skip


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("142.250.65.91", True), ("2607:f8b0:4006:80b::201b", True), ("10.0.0.1", False),
        ("127.0.0.1", False), ("169.254.169.254", False), ("192.168.1.1", False),
        ("172.16.0.1", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("::1", False), ("::ffff:127.0.0.1", False), ("fe80::1", False), ("fd00::1", False),
        ("2002:7f00:1::", False), ("::", False),
    ],
)  # fmt: skip
def test_no_private_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, address: str, is_good: bool
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    if is_good:
        assert address_of("m.openph.one") == address
    else:
        with pytest.raises(CrmError, match="private"):
            address_of("m.openph.one")


@pytest.mark.usefixtures("live")
def test_the_checked_address_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"%PDF-"))

    class Playing(httpx.Client):
        def __init__(self, **given: Any) -> None:
            super().__init__(transport=httpx.MockTransport(answer), **given)

    monkeypatch.setattr(client, "address_of", lambda _host: "142.250.65.91")
    monkeypatch.setattr(httpx, "Client", Playing)

    assert download("https://m.openph.one/static/85.mp3?a=b") == b"%PDF-"
    assert str(asked[0].url) == "https://142.250.65.91/static/85.mp3?a=b"
    assert (asked[0].headers["host"], asked[0].extensions["sni_hostname"]) == (
        "m.openph.one", "m.openph.one",
    )  # fmt: skip


def test_in_a_sandbox_only_the_pretend_openphone_is_asked(
    environment: Environment, place: Place, ear: Ear
) -> None:
    url = link(place, ear)
    with pytest.raises(CrmError, match="MEDIA_HOSTS"):
        download(url)
    environment(OPENPHONE_BASE_URL=place.url)

    assert download(url)[:3] == b"\xff\xd8\xff"
    for other in (*GOOD, url.replace("http:", "https:"), url.replace("127.0.0.1", "localhost")):
        with pytest.raises(CrmError, match="MEDIA_HOSTS"):
            allowed(other)


@pytest.mark.parametrize(
    ("kind", "words", "is_final"),
    [
        ("moved", "elsewhere", True), ("huge", "larger than 0 MB", True),
        ("gone", "expired", False), ("slow", "too slowly", False), ("page", "no picture", True),
        ("drawing", "no picture", True), ("bomb", "too many pixels", True),
        ("half", "damaged", True),
    ],
)  # fmt: skip
def test_what_must_not_get_in_does_not(
    environment: Environment, place: Place, ear: Ear, monkeypatch: pytest.MonkeyPatch,
    kind: str, words: str, is_final: bool,
) -> None:  # fmt: skip
    environment(OPENPHONE_BASE_URL=place.url)
    monkeypatch.setattr(client, "SECONDS", 0.3 if kind == "slow" else 60)
    monkeypatch.setattr(client, "MOST_BYTES", 1_000_000)

    with pytest.raises(CrmError, match=words) as refused:
        store.keep(download(link(place, ear, kind)))

    assert isinstance(refused.value, LaterError) is not is_final


def test_an_expired_link_and_a_silent_storage_are_tried_again(
    environment: Environment, place: Place, ear: Ear
) -> None:
    environment(OPENPHONE_BASE_URL=place.url)
    url = link(place, ear)
    place.put("switches", media_seconds=0)
    with pytest.raises(LaterError, match="expired"):
        download(url)
    environment(OPENPHONE_BASE_URL="http://127.0.0.1:9")
    with pytest.raises(LaterError, match="does not answer"):
        download("http://127.0.0.1:9/files/a.jpg")


def test_what_comes_is_what_is_kept(environment: Environment, place: Place, ear: Ear) -> None:
    environment(OPENPHONE_BASE_URL=place.url)
    url = link(place, ear)
    photo = drawing.photo(url.rpartition("/")[2])

    assert download(url) == photo
    assert store.keep(io.BytesIO(photo).read())["size"] == len(photo)

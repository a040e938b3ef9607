"""What links of the pretend OpenPhone lead to."""

import io
import json
import wave

import httpx
import pytest
from PIL import Image

from tests.sandbox.conftest import PAT, Ear, Place, until_true


def link(place: Place, ear: Ear, kind: object = True) -> str:
    """Let a homeowner send a file of that kind; return the link that the webhook carries."""
    place.say("", photo=kind)
    until_true(lambda: ear.heard)
    return json.loads(ear.heard[-1][1])["data"]["resource"]["media"][0]["url"]


def test_a_photo_of_a_homeowner_is_a_picture(place: Place, ear: Ear) -> None:
    answer = httpx.get(link(place, ear), trust_env=False)

    picture = Image.open(io.BytesIO(answer.content))
    assert (answer.headers["content-type"], picture.format) == ("image/jpeg", "JPEG")
    assert httpx.get(str(answer.url), trust_env=False).content == answer.content
    assert place.get(f"phone/{PAT}")["texts"][0]["media"] == [str(answer.url)]


def test_a_voice_lasts_as_long_as_it_says(place: Place, ear: Ear) -> None:
    answer = httpx.get(link(place, ear, "voicemail"), trust_env=False)

    with wave.open(io.BytesIO(answer.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == 6


@pytest.mark.parametrize(
    ("kind", "status"), [("moved", 302), ("gone", 404), ("page", 200), ("drawing", 200)]
)
def test_links_may_lead_astray(place: Place, ear: Ear, kind: str, status: int) -> None:
    assert httpx.get(link(place, ear, kind), trust_env=False).status_code == status


def test_links_expire_and_others_are_refused(place: Place, ear: Ear) -> None:
    url = link(place, ear)
    place.put("switches", media_seconds=0)

    assert httpx.get(url, trust_env=False).status_code == 403
    assert place.http.get("/files/photo-x.jpg").status_code == 404
    refused = place.http.post("/__sandbox/say", json={"from": PAT, "photo": "elephant"})
    assert (refused.status_code, "photo" in refused.json()["error"]) == (400, True)

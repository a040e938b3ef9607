"""Files by their content, kept once."""

import io
import stat

import pytest
from PIL import Image

from crm_app.errors import CrmError
from crm_app.media import store
from crm_app.sandbox.media import drawing

pytestmark = pytest.mark.usefixtures("environment")
MP3 = b"ID3\x04" + bytes(100)
SOUNDS = {
    b"\xff\xfb\x90\x64" + bytes(100): "audio/mpeg", MP3: "audio/mpeg",
    drawing.voice(1, 0.1): "audio/wav", b"OggS" + bytes(100): "audio/ogg",
    b"#!AMR\n" + bytes(100): "audio/amr", b"\0\0\0\x20ftypM4A " + bytes(100): "audio/mp4",
    b"\0\0\0\x20ftypisom" + bytes(100): "video/mp4", b"\0\0\0\x14ftypqt  ": "video/quicktime",
    b"\0\0\0\x143gp".replace(b"3gp", b"ftyp3gp5"): "video/3gpp", b"%PDF-1.7": "application/pdf",
}  # fmt: skip


def picture(kind: str, size: tuple[int, int] = (80, 60), **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(made, kind, **more)
    return made.getvalue()


@pytest.mark.parametrize(("data", "content_type"), SOUNDS.items(), ids=SOUNDS.values())
def test_sounds_and_films_are_told_by_their_first_bytes(data: bytes, content_type: str) -> None:
    kept = store.keep(data)

    assert (kept["content_type"], kept["size"]) == (content_type, len(data))
    assert store.path_of(kept["sha256"]).read_bytes() == data
    assert not store.path_of(kept["sha256"], small=True).exists()
    assert content_type in store.TYPES["endings"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_pictures_are_told_by_reading_them(kind: str) -> None:
    kept = store.keep(picture(kind), only_picture=True)

    with Image.open(store.path_of(kept["sha256"], small=True)) as small:
        assert (kept["content_type"], small.format) == (f"image/{kind.lower()}", "JPEG")


def test_a_small_picture_is_upright_and_tells_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    exif[0x010E] = "the kitchen of 12 Lanternwick St"
    kept = store.keep(picture("JPEG", (1600, 800), exif=exif))

    with Image.open(store.path_of(kept["sha256"], small=True)) as small:
        assert (small.size, dict(small.getexif())) == ((320, 640), {})


def test_the_same_file_is_kept_once_and_for_us_alone() -> None:
    first, second = store.keep(MP3), store.keep(MP3)

    path = store.path_of(first["sha256"])
    assert first == second
    assert [file.name for file in path.parent.iterdir()] == [first["sha256"]]
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no picture"), (b"<!doctype html>", "no picture"), (b"<svg></svg>", "no picture"),
        (b"GIF89a" + b"<script>alert(1)</script>", "no pict"), (b"\x89PNG\r\n\x1a\n", "no pict"),
        (picture("PNG", (9000, 9000)), "pixels"), (drawing.photo(1)[:9000], "damaged"),
        (picture("BMP"), "no picture"), (b"%!PS-Adobe", "no picture"),
    ],
    ids=["nothing", "page", "drawing", "gif with a script", "head", "bomb", "half", "bmp", "ps"],
)  # fmt: skip
def test_anything_else_is_not_kept(data: bytes, words: str) -> None:
    with pytest.raises(CrmError, match=words):
        store.keep(data)

    assert not (store.settings().data_path / "media").exists()


def test_who_wants_a_photo_takes_no_sound() -> None:
    with pytest.raises(CrmError, match="JPEG"):
        store.keep(MP3, only_picture=True)

"""Files by their content: what they are, kept once under their hash, with a small picture."""

import hashlib
import io
import struct
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from crm_app.errors import CrmError
from crm_app.settings import settings
from crm_app.tables import read_table

TYPES: Mapping[str, Any] = read_table(__file__, "types")
MOST_PIXELS = 50_000_000  # a phone's largest picture; more is a bomb
SMALL = (640, 640)
_DAMAGED = (
    OSError, ValueError, LookupError, TypeError, SyntaxError, struct.error,
    Image.DecompressionBombError,
)  # fmt: skip
NO_TYPE = "This is no picture, sound, video or PDF, so it was not kept"
NO_PHOTO = "This is no photo: take a JPEG, PNG, WebP or GIF."


def keep(data: bytes, *, only_picture: bool = False) -> dict[str, Any]:
    """Keep a file and return its sha256, content_type and size; raise CrmError for what may not."""
    content_type, small = _look(data, NO_PHOTO if only_picture else NO_TYPE)
    if only_picture and not small:
        raise CrmError(NO_PHOTO)
    sha256 = hashlib.sha256(data).hexdigest()
    for path, content in ((path_of(sha256), data), (path_of(sha256, small=True), small)):
        if content and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with NamedTemporaryFile(dir=path.parent, delete=False) as part:
                part.write(content)
            Path(part.name).replace(path)
    return {"sha256": sha256, "content_type": content_type, "size": len(data)}


def path_of(sha256: str, *, small: bool = False) -> Path:
    """Return where a file lies, or its small picture (JPEG)."""
    folder = settings().data_path / "media" / sha256[:2]
    return folder / (f"{sha256}.small" if small else sha256)


def _look(data: bytes, no_type: str) -> tuple[str, bytes]:
    """Return the type of a file and, of a picture, a small one, upright, without EXIF."""
    for magic in TYPES["magic"]:
        if data[magic["at"] :].startswith(bytes.fromhex(magic["hex"])):
            if words := magic.get("refused"):
                raise CrmError(TYPES["words"][words])
            return magic["type"], b""
    try:
        with Image.open(io.BytesIO(data), formats=list(TYPES["pictures"])) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise CrmError("The picture has too many pixels, so it was not kept")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail(SMALL)
            small = io.BytesIO()
            upright.save(small, "JPEG", quality=80)
            return TYPES["pictures"].get(picture.format, "image/jpeg"), small.getvalue()  # or MPO
    except UnidentifiedImageError:
        raise CrmError(no_type) from None
    except _DAMAGED:
        raise CrmError("The picture is damaged, so it was not kept") from None

"""The images of an example: where they stand, and what can be told of their bytes without a model."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from PIL import Image, UnidentifiedImageError

from tuning.datasets.examples import ChatExample, Message
from tuning.tokens.counting import TOKENS_PER_IMAGE

ACCEPTED: Final = ("JPEG", "PNG", "WEBP")
"""OpenAI's vision fine-tuning guide; the limits in `rules.images` are from there too."""

_DATA_URL = re.compile(r"data:image/([a-zA-Z0-9.+-]{1,20});base64,", re.IGNORECASE)
READ_FORMATS: Final = (*ACCEPTED, "GIF", "BMP", "TIFF")
"""What is told by its name where it isn't accepted."""

_EXPIRING_KEYS: Final = frozenset(
    {"expires", "x-amz-expires", "x-goog-expires", "x-amz-signature", "sig", "se", "token"}
)
_PRIVATE_ENDINGS: Final = (".local", ".internal", ".lan", ".corp", "localhost")
_LOGIN_HOSTS: Final = frozenset(
    {"drive.google.com", "docs.google.com", "photos.google.com", "onedrive.live.com", "1drv.ms"}
)
_LOGIN_ENDINGS: Final = (".sharepoint.com", ".atlassian.net")
"""They show a page for signing in, never the image itself."""

SLACKS_FILE_HOST: Final = "files.slack.com"
_WITH_TRANSPARENCY: Final = frozenset({"LA", "PA", "La", "RGBa"})
_TILE: Final = 512
_LONGEST_SIDE, _SHORTEST_SIDE = 2048, 768
_TOKENS_PER_TILE: Final = 170


class Picture(NamedTuple):
    """What the bytes of an image are."""

    format: str
    """As Pillow names it: JPEG, PNG, WEBP, GIF and so on."""
    mode: str
    """RGB, RGBA, or a mode that is not taken."""
    width: int
    height: int
    is_animated: bool


@dataclass(frozen=True)
class ImagePart:
    """One image of a message."""

    message: Message
    position: int
    """Among the parts of the content, from 0."""
    image_url: object

    @property
    def path(self) -> str:
        return f"{self.message.path}.content[{self.position}].image_url"

    @property
    def url(self) -> str | None:
        url = self.image_url.get("url") if isinstance(self.image_url, dict) else None
        return url if isinstance(url, str) else None

    @property
    def detail(self) -> object:
        return self.image_url.get("detail", "auto") if isinstance(self.image_url, dict) else "auto"

    @property
    def shown_url(self) -> str:
        """The URL without what may be a secret in it, and without an embedded image's bytes."""
        url = self.url or ""
        return url[:40] if url.startswith("data:") else url.partition("?")[0]

    @property
    def is_web(self) -> bool:
        return bool(self.url and self.url.lower().startswith(("http://", "https://")))

    @cached_property
    def claimed_format(self) -> str:
        """What a data URL says that it holds, in capitals; empty for every other URL."""
        match = _DATA_URL.match(self.url or "")
        return match[1].upper().replace("JPG", "JPEG") if match else ""

    @cached_property
    def content(self) -> bytes | None:
        """The bytes of an embedded image; None where there are none or the base64 is broken."""
        if not self.claimed_format or self.url is None:
            return None
        try:
            return base64.b64decode(self.url.partition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            return None

    @cached_property
    def picture(self) -> Picture | None:
        """What the bytes are; None where they are no image, or a broken one."""
        return read_picture(self.content) if self.content else None

    @property
    def tokens(self) -> int:
        """What the image costs, by OpenAI's rule for tiles of 512 pixels; an unknown size counts as 1024 by 1024."""
        if self.detail == "low":
            return TOKENS_PER_IMAGE
        width, height = (self.picture.width, self.picture.height) if self.picture else (1024, 1024)
        shrink = min(1.0, _LONGEST_SIDE / max(width, height, 1))
        shrink *= min(1.0, _SHORTEST_SIDE / max(min(width, height) * shrink, 1))
        tiles = -int(-width * shrink // _TILE) * -int(-height * shrink // _TILE)
        return TOKENS_PER_IMAGE + _TOKENS_PER_TILE * max(tiles, 1)


def images_of(example: ChatExample) -> Iterator[ImagePart]:
    """The image parts of an example, in order."""
    for message in example.messages:
        content = message.fields.get("content")
        for position, part in enumerate(content if isinstance(content, list) else ()):
            if isinstance(part, dict) and part.get("type") == "image_url":
                yield ImagePart(message, position, part.get("image_url"))


def read_picture(content: bytes) -> Picture | None:
    """What an image's bytes are, by its headers and checksums; None where they are broken or no image.

    Pillow warns of some broken files; where warnings are made errors, those are broken too.
    """
    try:
        with Image.open(BytesIO(content), formats=READ_FORMATS) as opened:
            is_animated = bool(getattr(opened, "is_animated", False))
            picture = Picture(str(opened.format), opened.mode, opened.width, opened.height, is_animated)
            opened.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        return None
    return picture if _is_whole(picture.format, content) else None


def in_colour(content: bytes) -> bytes | None:
    """A picture as a PNG in RGB, or RGBA where it may be seen through; None where its bytes are broken."""
    written = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=READ_FORMATS) as opened:
            is_transparent = opened.mode in _WITH_TRANSPARENCY or "transparency" in opened.info
            opened.convert("RGBA" if is_transparent else "RGB").save(written, "PNG")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        return None
    return written.getvalue()


def _is_whole(kind: str, content: bytes) -> bool:
    """Whether the end is there; Pillow's own look at a JPEG or WebP stops at its beginning."""
    if kind == "JPEG":
        return b"\xff\xd9" in content[-1024:]
    return kind != "WEBP" or len(content) >= int.from_bytes(content[4:8], "little") + 8


def unreadable_host(url: str) -> str | None:
    """Why a provider will not read a URL, as far as the URL itself tells: a key of the catalogue, `urls.<reason>`."""
    try:
        parts = urlsplit(url)
        host, query = (
            (parts.hostname or "").lower(),
            {key.lower() for key in parse_qs(parts.query, keep_blank_values=True)},
        )
    except ValueError:
        return "malformed"
    if host == SLACKS_FILE_HOST:
        return "slack"
    if not host or "." not in host or host.endswith(_PRIVATE_ENDINGS) or _is_private(host):
        return "private"
    if parts.username is not None or host in _LOGIN_HOSTS or host.endswith(_LOGIN_ENDINGS):
        return "login"
    return "expiring" if query & _EXPIRING_KEYS else None


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False

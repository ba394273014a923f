"""Texts with every run of blanks as one: what counts as the same text."""

import re
import unicodedata
from typing import Final

_OTHER_BLANK: Final = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Beyond ASCII: what `str.split` splits at."""

_AS_SPACE: Final = bytes.maketrans(b"\t\n\v\f\r\x1c\x1d\x1e\x1f", b" " * 9)


def normalised(text: str) -> str:
    """The text in Unicode's composed form with every run of blanks as one, and none at its ends."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(composed.split())


def normalised_bytes(text: str) -> bytes:
    """The same in UTF-8, sooner: most texts have single blanks between their words."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if _OTHER_BLANK.search(text):
            text = " ".join(text.split())
    written = text.encode("utf-8", "surrogatepass").translate(_AS_SPACE)
    return b" ".join(written.split()) if b"  " in written else written.strip(b" ")

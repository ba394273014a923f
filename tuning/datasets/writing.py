"""Writing a row as one line of JSON, always in the same bytes for the same row."""

import json
from collections.abc import Mapping
from typing import Any

_FIRST = {"messages": 0, "role": 0, "content": 1}


def line_of(row: Mapping[str, Any]) -> bytes:
    """The row as people write it: a blank after commas and colons, letters as they are, one newline at the end.

    Raises:
        UnicodeEncodeError: a text holds half a character.
        ValueError: a number is NaN or infinite.
    """
    return json.dumps(row, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n"


def in_usual_order(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An object with `messages`, `role` and `content` first and every other key where it was."""
    return dict(sorted(fields.items(), key=lambda item: _FIRST.get(item[0], len(_FIRST))))

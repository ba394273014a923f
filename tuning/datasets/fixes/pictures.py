"""Repairs of images in chat rows."""

import base64
import re
from collections.abc import Callable
from typing import Any, Final

from tuning.datasets.examples import Message
from tuning.datasets.fixes.messages import Row, RowFix
from tuning.datasets.images import ImagePart, in_colour
from tuning.datasets.rules import Fault

_PART = re.compile(r"\.content\[(\d+)\]\.image_url")


def _part(change: Callable[[dict[str, Any]], dict[str, Any]]) -> RowFix:
    """A repair of the one image part at which the fault is."""

    def fixed(row: Row, fault: Fault) -> Row:
        place, at = _PART.search(fault.path or ""), int(fault.parameters["m"]) - 1
        if place is None:
            return row
        messages = list(row["messages"])
        parts = list(messages[at]["content"])
        parts[int(place[1])] = change(dict(parts[int(place[1])]))
        messages[at] = {**messages[at], "content": parts}
        return {**row, "messages": messages}

    return fixed


def _wrapped(part: dict[str, Any]) -> dict[str, Any]:
    """A URL that stands alone gets its object; what is no URL only a person can mend."""
    url = part.get("image_url")
    return {**part, "image_url": {"url": url}} if isinstance(url, str) else part


def _of_automatic_detail(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "image_url": {**part["image_url"], "detail": "auto"}}


def _in_colour(part: dict[str, Any]) -> dict[str, Any]:
    """The same picture in RGB or RGBA; nothing of it is lost, and grey looks grey."""
    content = ImagePart(Message(0, {}), 0, part["image_url"]).content
    coloured = in_colour(content) if content else None
    if coloured is None:
        return part
    url = "data:image/png;base64," + base64.b64encode(coloured).decode()
    return {**part, "image_url": {**part["image_url"], "url": url}}


PICTURE_FIXES: Final[dict[str, RowFix]] = {
    "I002": _part(_wrapped),
    "I004": _part(_of_automatic_detail),
    "I010": _part(_in_colour),
}

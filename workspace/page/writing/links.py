"""Links out of the page: only to where a link may lead."""

from html import escape
from urllib.parse import urlsplit

_SCHEMES = {"http", "https", "mailto"}


def link(url: str, label: str) -> str:
    """Return an anchor, or the text alone where the address is none that a browser should follow."""
    if not is_followable(url):
        return escape(label if label == url else f"{label} ({url})")
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{escape(label)}</a>'


def is_followable(url: str) -> bool:
    """Whether an address is an http, https or mailto one; javascript: and its kin are not."""
    try:
        return urlsplit(url).scheme in _SCHEMES
    except ValueError:
        return False

"""Cuts an answer that is longer than one Slack message into messages, without breaking a code fence.

A `markdown` block or `markdown_text` holds 12,000 characters in a message
(https://docs.slack.dev/reference/block-kit/blocks/markdown-block, read 2026-11).
"""

import re

MESSAGE_CHARACTERS = 11_000
"""Of one message: below Slack's 12,000, so that a fence can be closed and reopened."""

_FENCE = re.compile(r"^ {0,3}(```|~~~)[^\n]*$", re.MULTILINE)


def split(text: str, limit: int = MESSAGE_CHARACTERS) -> list[str]:
    """Messages of at most `limit` characters, plus the few that close a fence, that together say the whole text."""
    messages: list[str] = []
    opening = ""
    while len(opening) + len(text) > limit:
        at = _cut(text, limit - len(opening))
        message, text = opening + text[:at], text[at:].lstrip("\n")
        opening = open_fence(message)
        messages.append(message.rstrip("\n") + (f"\n{opening.strip()[:3]}" if opening else ""))
    return [*messages, opening + text] if text or not messages else messages


def open_fence(text: str) -> str:
    """The line that opens the fence still open at the end of the text, with its newline; empty when none is."""
    opening = ""
    for fence in _FENCE.finditer(text):
        opening = "" if opening else fence.group() + "\n"
    return opening


def _cut(text: str, limit: int) -> int:
    """Where to cut: after a paragraph, else a line, else a word, but never in the first half."""
    for separator in ("\n\n", "\n", "。", " "):
        at = text.rfind(separator, limit // 2, limit)
        if at > 0:
            return at + len(separator)
    return limit

"""What an answer needs to know to be continued in a second message: how much one holds, and whether code is open.

A `markdown` block or `markdown_text` holds 12,000 characters in a message
(https://docs.slack.dev/reference/block-kit/blocks/markdown-block, read 2026-11).
"""

import re

MESSAGE_CHARACTERS = 11_000
"""Of one message: below Slack's 12,000, so that a fence can be closed and reopened."""

_FENCE = re.compile(r"^ {0,3}(```|~~~)[^\n]*$", re.MULTILINE)


def open_fence(text: str) -> str:
    """The line that opens the fence still open at the end of the text, with its newline; empty when none is."""
    opening = ""
    for fence in _FENCE.finditer(text):
        opening = "" if opening else fence.group() + "\n"
    return opening

"""Text that other people or a model wrote, made harmless before Slack shows it.

Slack reads `<!channel>`, `<@U…>`, `<#C…>` and `<url|label>` as pings and links wherever `<` is not escaped, and
asks that `&`, `<` and `>` be escaped and nothing else (https://docs.slack.dev/messaging/formatting-message-text,
read 2026-11). A markdown link can show one address and open another, so links lose their labels' disguise:
`[label](url)` becomes `[label] (url)`.
"""

import re

ELLIPSIS = "…"
_NAME_CHARACTERS = 160
"""Room for the longest id that a provider gives."""
_ENTITY = re.compile(r"&(?:a(?:m(?:p)?)?|l(?:t)?|g(?:t)?)?$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINK = re.compile(r"\](?=[(\[:])")
_PING = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
_UNDECIDED = re.compile(r"(?:\]|@[a-z]{0,8})$", re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_WORD_JOINER = "\u2060"


def escape(text: str) -> str:
    """Text as Slack's mrkdwn shows it character for character, without control characters."""
    return _CONTROL.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted_name(text: str) -> str:
    """A name that a person chose, as inline code: formatting characters in it stay visible and do nothing."""
    return f"`{clip(escape(text.replace('`', chr(0x02CB))), _NAME_CHARACTERS)}`"


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was left out and no entity cut in half."""
    if len(text) <= limit:
        return text
    return _ENTITY.sub("", text[: limit - 1]) + ELLIPSIS


def neutral(text: str) -> str:
    """A whole model answer as markdown that pings nobody and disguises no link."""
    neutraliser = Neutraliser()
    return neutraliser.feed(text) + neutraliser.close()


class Neutraliser:
    """Makes a streamed answer harmless piece by piece; what it can't decide yet it holds back until the next piece."""

    def __init__(self) -> None:
        self._held = ""
        self._line = ""
        self._is_in_fence = False

    def feed(self, text: str) -> str:
        text = self._held + text
        undecided = _UNDECIDED.search(text)
        self._held = undecided.group() if undecided else ""
        return self._harmless(text[: len(text) - len(self._held)])

    def close(self) -> str:
        """What was held back, once nothing more will come."""
        rest, self._held = self._held, ""
        return self._harmless(rest)

    def _harmless(self, text: str) -> str:
        return "".join(self._harmless_line(line) for line in text.splitlines(keepends=True))

    def _harmless_line(self, line: str) -> str:
        self._line += line
        opens_or_closes = bool(_FENCE.match(self._line))
        is_code = self._is_in_fence or opens_or_closes
        if line.endswith(("\n", "\r")):
            self._is_in_fence ^= opens_or_closes
            self._line = ""
        escaped = escape(line)
        if is_code:
            return escaped
        return _PING.sub(f"@{_WORD_JOINER}", _LINK.sub("] ", escaped))

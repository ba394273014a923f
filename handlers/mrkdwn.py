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
_ENTITY = re.compile(r"&(?:a(?:m(?:p)?)?|l(?:t)?|g(?:t)?)?\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINK = re.compile(r"\](?=[(\[:])")
_PING = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
_UNDECIDED = re.compile(r"(?:\]|@[a-z]{0,8})\Z", re.IGNORECASE)
_FENCE = re.compile(r"```|~~~")
_OPENING = re.compile(r"```[\w+#.-]*\r?\n")
_CLOSING = re.compile(r"```\r?\n")
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


class Neutraliser:
    """Makes a streamed answer harmless piece by piece; what it can't decide yet it holds back until the next piece.

    Code stays as the model wrote it only where every reader of markdown sees code: between a line that is nothing but
    three backticks and a language, and the next line that is nothing but three backticks. Any other fence is read
    differently from reader to reader (https://spec.commonmark.org/0.31.2/#fenced-code-blocks), so after the first
    such line nothing counts as code any more.
    """

    def __init__(self) -> None:
        self._held = ""
        self._line = ""
        self._is_in_code = False
        self._is_ambiguous = False

    def feed(self, text: str) -> str:
        text = self._held + _CONTROL.sub("", text)
        undecided = _UNDECIDED.search(text)
        self._held = undecided.group() if undecided else ""
        return self._harmless(text[: len(text) - len(self._held)])

    def close(self) -> str:
        """What was held back, once nothing more will come."""
        rest, self._held = self._held, ""
        return self._harmless(rest)

    def _harmless(self, text: str) -> str:
        return "".join(self._harmless_line(line) for line in text.splitlines(keepends=True))

    def _harmless_line(self, piece: str) -> str:
        start = len(self._line)
        self._line += piece
        fence = _FENCE.search(self._line)
        code_end = (fence.start() if fence else len(self._line)) if self._is_in_code else 0
        code, prose = piece[: max(0, code_end - start)], piece[max(0, code_end - start) :]
        if piece.endswith("\n"):
            if fence:
                self._pass_fence()
            self._line = ""
        return escape(code) + _PING.sub(f"@{_WORD_JOINER}", _LINK.sub("] ", escape(prose)))

    def _pass_fence(self) -> None:
        expected = _CLOSING if self._is_in_code else _OPENING
        self._is_ambiguous |= not expected.fullmatch(self._line)
        self._is_in_code = not self._is_in_code and not self._is_ambiguous

"""Whether bytes may still become a JSON object (RFC 8259), judged one byte at a time."""

from dataclasses import dataclass, replace
from typing import Final

_BLANKS: Final = frozenset(b" \t\n\r")
_DIGITS: Final = frozenset(b"0123456789")
_HEX: Final = frozenset(b"0123456789abcdefABCDEF")
_LITERALS: Final = {ord("t"): b"rue", ord("f"): b"alse", ord("n"): b"ull"}
_MOST_BLANKS: Final = 16  # In a row, between values: a model that finds no end would go on with them for ever.

# The states of a number: what may follow each, and whether the number may end there.
_NUMBER: Final = {
    "-": ({b"0": "0", b"123456789": "digits"}, False),
    "0": ({b".": ".", b"eE": "e"}, True),
    "digits": ({b"0123456789": "digits", b".": ".", b"eE": "e"}, True),
    ".": ({b"0123456789": "fraction"}, False),
    "fraction": ({b"0123456789": "fraction", b"eE": "e"}, True),
    "e": ({b"+-": "sign", b"0123456789": "exponent"}, False),
    "sign": ({b"0123456789": "exponent"}, False),
    "exponent": ({b"0123456789": "exponent"}, True),
}
_BETWEEN: Final = frozenset({"object", "value", "value or end", "key", "key or end", "colon", "after"})


@dataclass(frozen=True, slots=True)
class JsonText:
    """The beginning of a JSON object; ``is_complete`` once its last brace is closed."""

    expects: str = "object"
    open: bytes = b""
    """The brackets and braces that are open, the innermost last."""
    rest: bytes = b""
    """Of true, false or null."""
    is_key: bool = False
    """Whether the string that is open is a key."""
    n_blanks: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing more may follow."""
        return self.expects == "end"

    def then(self, byte: int) -> "JsonText | None":
        """The text with one more byte, or None where no JSON object begins like that."""
        if self.expects in _NUMBER:
            return self._in_number(byte)
        if self.expects in _BETWEEN:
            return self._between(byte)
        if self.expects == "literal":
            return self._in_literal(byte)
        return self._in_string(byte)

    def _between(self, byte: int) -> "JsonText | None":
        if byte in _BLANKS:
            return replace(self, n_blanks=self.n_blanks + 1) if self.n_blanks < _MOST_BLANKS else None
        if self.n_blanks:
            return replace(self, n_blanks=0).then(byte)
        return self._sign(byte)

    def _sign(self, byte: int) -> "JsonText | None":
        sign = bytes([byte])
        if self.expects == "object":
            return replace(self, expects="key or end", open=b"{") if sign == b"{" else None
        if self.expects == "colon":
            return replace(self, expects="value") if sign == b":" else None
        if self.expects in {"after", "key or end", "value or end"} and sign in {b"}", b"]"}:
            return self._closed(sign)
        if self.expects == "after":
            expects = "key" if self.open.endswith(b"{") else "value"
            return replace(self, expects=expects) if sign == b"," else None
        if self.expects in {"key", "key or end"}:
            return replace(self, expects="string", is_key=True) if sign == b'"' else None
        return self._value(byte)

    def _closed(self, sign: bytes) -> "JsonText | None":
        if not self.open.endswith(b"{" if sign == b"}" else b"["):
            return None
        left = self.open[:-1]
        return replace(self, expects="after" if left else "end", open=left)

    def _value(self, byte: int) -> "JsonText | None":
        if byte in b"{[":
            expects = "key or end" if byte in b"{" else "value or end"
            return replace(self, expects=expects, open=self.open + bytes([byte]))
        if byte in b'"':
            return replace(self, expects="string", is_key=False)
        if byte in _LITERALS:
            return replace(self, expects="literal", rest=_LITERALS[byte])
        if byte in b"-0":
            return replace(self, expects=chr(byte))
        return replace(self, expects="digits") if byte in _DIGITS else None

    def _in_number(self, byte: int) -> "JsonText | None":
        follows, may_end = _NUMBER[self.expects]
        expects = next((state for signs, state in follows.items() if byte in signs), None)
        if expects:
            return replace(self, expects=expects)
        return replace(self, expects="after").then(byte) if may_end else None

    def _in_literal(self, byte: int) -> "JsonText | None":
        if byte != self.rest[0]:
            return None
        return replace(self, rest=self.rest[1:], expects="literal" if self.rest[1:] else "after")

    def _in_string(self, byte: int) -> "JsonText | None":
        if self.expects == "escape":
            if byte in b"u":
                return replace(self, expects="hex 4")
            return replace(self, expects="string") if byte in b'"\\/bfnrt' else None
        if self.expects.startswith("hex"):
            left = int(self.expects[-1]) - 1
            return replace(self, expects=f"hex {left}" if left else "string") if byte in _HEX else None
        if self.expects == "end" or byte < ord(" "):
            return None
        if byte in b'"':
            return replace(self, expects="colon" if self.is_key else "after")
        return replace(self, expects="escape") if byte in b"\\" else self

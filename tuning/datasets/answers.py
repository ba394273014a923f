"""What can be told of an answer by looking at it alone: its form, whether it stops too early, whether it refuses."""

import re
from enum import IntEnum
from typing import Final

import msgspec

FORMS: Final = ("plain", "json", "markdown")
"""Names in the catalogue, `forms.<name>`."""

_MARKDOWN: Final = ("```", "**")
_MARKDOWN_LINES: Final = ("\n- ", "\n* ", "\n1. ", "\n#", "\n|")
_DECODER: Final = msgspec.json.Decoder()
_MEANT_AS_JSON: Final = re.compile(r"""\s*(?:\{+\s*["'}/]|\[\s*["'\[{])""")
"""Prose may begin with a bracket too: `[1] says`, `{name} is`."""

_LONG_CHARACTERS: Final = 60
_LONG_HAN: Final = 20
"""A Chinese character says about as much as three letters."""

_FENCE: Final = "```"
_OPEN_SIGNS: Final = (",", "，", "、", "(", "（", "“", "[", "{")
_OPEN_WORDS: Final = frozenset(
    {"and", "or", "but", "the", "a", "an", "of", "to", "in", "for", "with", "by", "from", "because", "that", "which",
     "is", "are", "be", "if"}
)  # fmt: skip
_OPEN_HAN: Final = ("的", "和", "与", "及", "因为", "但是", "以及", "如果")
_OPEN: Final = _OPEN_SIGNS + _OPEN_HAN
_REFUSAL = re.compile(
    r"""
      \bi(?:['’]m|\ am)\ (?:really\ |very\ |so\ )?(?:sorry|afraid|unable|not\ able)\b.{0,60}?
        \b(?:can(?:not|['’]t|\ not)|unable|not\ able|won['’]t)\b
    | \bi\ (?:can(?:not|['’]t|\ not)|won['’]t|am\ unable\ to|['’]m\ unable\ to)\ (?:help|assist|provide|answer|do\ that
        |comply|fulfil|discuss|share|support|give|create|generate|write|engage)
    | \bunable\ to\ (?:help|assist)\b
    | 我(?:无法|不能|没办法)(?:帮|回答|提供|协助|满足|完成|讨论|处理) | (?:抱歉|对不起)[，,].{0,20}(?:无法|不能)(?:帮|回答|提供|协助|满足|完成|讨论)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_REFUSAL_SIGNS: Final = (
    "sorry",
    "can't",
    "can’t",
    "cannot",
    "unable",
    "won't",
    "won’t",
    "can not",
    "无法",
    "不能",
    "没办法",
)
_REFUSAL_LOOKED_AT: Final = 240


class Ending(IntEnum):
    """How an answer ends."""

    WHOLE = 0
    UNMARKED = 1
    """A long text whose last sign ends no sentence; usual in some files, a sign of a cut in others."""
    CUT = 2
    """In the middle of a sentence or of a block of code."""
    BROKEN_JSON = 3
    """It begins like JSON and is none."""


def form_of(text: str) -> str:
    """`json`, `markdown` or `plain`."""
    if _begins_like_json(text) and _is_json(text):
        return "json"
    for sign in _MARKDOWN + _MARKDOWN_LINES if "\n" in text else _MARKDOWN:
        if sign in text:
            return "markdown"
    return "plain"


def ending_of(text: str) -> Ending:
    """How an answer ends."""
    fences = text.count(_FENCE)
    if fences % 2:
        return Ending.CUT
    if _begins_like_json(text):
        if _is_json(text) or _is_json_lines(text):
            return Ending.WHOLE
        if _MEANT_AS_JSON.match(text):
            return Ending.BROKEN_JSON
    bare = text.rstrip()
    is_long = len(bare) >= _LONG_CHARACTERS or (len(bare) >= _LONG_HAN and "\u4e00" <= bare[-1] <= "\u9fff")
    if not is_long or fences:
        return Ending.WHOLE
    if bare.endswith(_OPEN) or bare[-_LONG_CHARACTERS:].rsplit(None, 1)[-1] in _OPEN_WORDS:
        return Ending.CUT
    return Ending.UNMARKED if bare[-1].isalpha() else Ending.WHOLE


def refuses(text: str) -> bool:
    """Whether an answer begins by declining, in English or Chinese."""
    beginning = text[:_REFUSAL_LOOKED_AT]
    lowered = beginning.lower()
    for sign in _REFUSAL_SIGNS:
        if sign in lowered:
            return bool(_REFUSAL.search(beginning))
    return False


def _begins_like_json(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "["} if text else False


def _is_json_lines(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and all(_is_json(line) for line in lines)


def _is_json(text: str) -> bool:
    try:
        _DECODER.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False
    return True

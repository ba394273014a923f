"""Conversations in plain text: every turn begins with who speaks, such as `User:` or `答：`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TextIO

from tuning.datasets.convert.records import Record
from tuning.errors import CannotConvert

_SPEAKERS: Final = {
    "system": ("system", "instructions", "系统", "设定"),
    "user": ("user", "human", "customer", "question", "prompt", "q", "用户", "客户", "提问", "问题", "问"),
    "assistant": ("assistant", "bot", "ai", "agent", "answer", "response", "completion", "a", "助手", "客服", "回答", "答案", "答"),
}  # fmt: skip
_ROLE_OF = {name: role for role, names in _SPEAKERS.items() for name in names}
_LABEL = re.compile(rf"\s*(?P<name>{'|'.join(sorted(_ROLE_OF, key=len, reverse=True))})\s*[:：]\s*", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:-{3,}|={3,}|\*{3,}|#{3,})\s*")
_PAIR: Final = 2


def has_speakers(lines: list[str]) -> bool:
    """Whether a text's first line says who speaks, and others do so too."""
    labels = [match for line in lines if (match := _LABEL.match(line))]
    return bool(lines) and _LABEL.match(lines[0]) is not None and len(labels) > 1


def conversations(stream: TextIO) -> Iterator[Record]:
    """Each conversation as a record with `messages`.

    A conversation ends at a line of dashes, and where a user or the system speaks after a blank line that follows an
    answer. Lines without a speaker go on with the turn before them.

    Raises:
        CannotConvert: text stands before the first speaker.
    """
    current = _Conversation()
    was_blank = False
    for number, raw in enumerate(stream, start=1):
        line = raw.rstrip("\r\n")
        label = _LABEL.match(line)
        role = _ROLE_OF[label["name"].lower()] if label else ""
        is_next = was_blank and role in {"system", "user"} and current.last_role == "assistant"
        if (is_next or _RULE.fullmatch(line)) and current.turns:
            yield current.record()
            current = _Conversation()
        if label:
            current.speak(number, role, line[label.end() :])
        elif not _RULE.fullmatch(line) and (line.strip() or current.turns):
            current.go_on(number, line)
        was_blank = not line.strip()
    if current.turns:
        yield current.record()


def pairs(stream: TextIO) -> Iterator[Record]:
    """Blocks of two lines between blank lines, a question and its answer each, as records with `messages`.

    Raises:
        CannotConvert: a block has another number of lines.
    """
    block: list[str] = []
    number = 0
    for number, raw in enumerate(stream, start=1):
        if line := raw.strip():
            block.append(line)
        elif block:
            yield _pair(block, number - len(block))
            block = []
    if block:
        yield _pair(block, number + 1 - len(block))


def _pair(block: list[str], line: int) -> Record:
    if len(block) != _PAIR:
        raise CannotConvert("text", line=line)
    messages = [{"role": "user", "content": block[0]}, {"role": "assistant", "content": block[1]}]
    return Record(line, {"messages": messages})


@dataclass(slots=True)
class _Conversation:
    """The turns of one conversation as they are read."""

    line: int = 0
    turns: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def last_role(self) -> str:
        return self.turns[-1][0] if self.turns else ""

    def speak(self, line: int, role: str, text: str) -> None:
        self.line = self.line or line
        self.turns.append((role, [text]))

    def go_on(self, line: int, text: str) -> None:
        if not self.turns:
            raise CannotConvert("text", line=line)
        self.turns[-1][1].append(text)

    def record(self) -> Record:
        messages = [{"role": role, "content": "\n".join(texts).strip()} for role, texts in self.turns]
        return Record(self.line, {"messages": messages})

"""Which columns become which turns: proposed by their names, or said by a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from tuning.errors import CannotConvert

Turn: TypeAlias = Literal["system", "user", "assistant", "preferred", "non_preferred"]
"""What a column can become: a message, or one of the two answers of a preference."""

TURNS: Final[tuple[Turn, ...]] = get_args(Turn)
_JOINED: Final = "+"
_TWO_COLUMNS: Final = 2

_NAMES: Final[dict[Turn, tuple[str, ...]]] = {
    "system": ("system", "system_prompt", "system_message", "系统", "系统提示", "系统提示词", "设定"),
    "user": (
        "user", "prompt", "question", "query", "instruction", "human", "customer", "request", "message", "ask", "q",
        "input", "source", "用户", "问题", "提问", "提示", "指令", "输入", "问",
    ),
    "assistant": (
        "assistant", "completion", "answer", "response", "output", "reply", "bot", "gpt", "agent", "target", "a",
        "助手", "回答", "答案", "回复", "输出", "补全", "答",
    ),
    "preferred": ("chosen", "preferred", "preferred_output", "preferred_completion", "better", "偏好", "更好"),
    "non_preferred": (
        "rejected", "non_preferred", "non_preferred_output", "non_preferred_completion", "worse", "较差", "拒绝",
    ),
}  # fmt: skip
"""What people and other tools call the columns, the surest name first. Our collection."""

_CONTEXTS: Final = ("input", "context", "输入", "背景")
"""Columns that are part of the question where another column is the question itself, as in Alpaca's files."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """For each turn the columns whose texts it is made of, one below the other."""

    columns: Mapping[Turn, tuple[str, ...]]

    @property
    def used(self) -> frozenset[str]:
        return frozenset(column for columns in self.columns.values() for column in columns)

    def __str__(self) -> str:
        """As written at the command line: `user=question+context assistant=answer`."""
        return " ".join(f"{turn}={_JOINED.join(columns)}" for turn, columns in self.columns.items())

    def to_json(self) -> dict[str, list[str]]:
        return {turn: list(columns) for turn, columns in self.columns.items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, list[str]]) -> "ColumnMapping":
        return cls({turn: tuple(stored[turn]) for turn in TURNS if turn in stored})


def read_mapping(given: Iterable[str], columns: Iterable[str]) -> ColumnMapping:
    """The mapping that a person wrote as `user=question`, one item a turn; `user=a+b` joins two columns.

    Raises:
        CannotConvert: an item isn't of that form, or names a turn or a column that doesn't exist.
    """
    known = list(columns)
    read: dict[Turn, tuple[str, ...]] = {}
    for item in given:
        left, equals, right = item.partition("=")
        turn = next((turn for turn in TURNS if turn == left.strip()), None)
        if not equals or turn is None:
            raise CannotConvert("map_form", given=item, turns=", ".join(TURNS))
        wanted = (right,) if right in known else tuple(name.strip() for name in right.split(_JOINED))
        missing = next((name for name in wanted if name not in known), None)
        if missing is not None:
            raise CannotConvert("map_column", column=missing, columns=", ".join(known))
        read[turn] = wanted
    return _whole({turn: read[turn] for turn in TURNS if turn in read}, known)


def proposed_mapping(columns: Iterable[str], *, is_by_name: bool = False) -> ColumnMapping:
    """The mapping that the columns' names suggest; of two columns with any names, the first asks and the second answers.

    Args:
        is_by_name: go by the names alone, also where there are two columns.

    Raises:
        CannotConvert: the names tell nothing; it says which columns there are.
    """
    known = list(columns)
    by_name = {_bare(name): name for name in reversed(known)}
    found: dict[Turn, tuple[str, ...]] = {}
    for turn in TURNS:
        name = next((by_name[name] for name in _NAMES[turn] if name in by_name), None)
        if name is not None:
            found[turn] = (name,)
    if "user" in found:
        contexts = (by_name[name] for name in _CONTEXTS if name in by_name)
        found["user"] += tuple(name for name in contexts if name not in found["user"])
    if not is_by_name and len(known) == _TWO_COLUMNS and not _is_whole(found):
        found = {"user": (known[0],), "assistant": (known[1],)}
    return _whole(found, known)


def _whole(found: dict[Turn, tuple[str, ...]], known: list[str]) -> ColumnMapping:
    if not _is_whole(found):
        raise CannotConvert("map_needed", columns=", ".join(known))
    if "preferred" in found and "non_preferred" in found:
        found.pop("assistant", None)
    else:
        found = {turn: columns for turn, columns in found.items() if turn not in {"preferred", "non_preferred"}}
    return ColumnMapping(found)


def _is_whole(found: Mapping[Turn, tuple[str, ...]]) -> bool:
    return "user" in found and ("assistant" in found or {"preferred", "non_preferred"} <= found.keys())


def _bare(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())

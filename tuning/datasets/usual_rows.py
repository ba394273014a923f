"""Neighbouring chat rows of the usual shapes as columns: what is asked of every row is asked of all of them at once."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuning.datasets.calling_chat import CallingChat
from tuning.datasets.measures import has_han
from tuning.datasets.plain_chat import PlainChat
from tuning.datasets.plain_lines import UsualChat, tools_of
from tuning.datasets.rows import Row
from tuning.datasets.rules import chat_learning, measured
from tuning.datasets.shapes import Shape, shape_of
from tuning.datasets.sound_calls import are_sound
from tuning.tokens.batches import BatchCounter


class UsualRow(NamedTuple):
    """One of the rows."""

    row: Row
    chat: UsualChat
    texts: list[str]
    """What its messages say and call."""
    shape: Shape


class Measured(NamedTuple):
    """The tokens of each row."""

    total: list[int]
    trained: list[int]
    are_exact: list[bool]
    """Whether there are neither tools nor calls, whose tokens are an estimate."""
    are_mostly_results: list[bool]
    """Whether so many tokens are what tools answered that a rule tells it."""


class UsualRows:
    """Rows of one chat file that are plain chat without names, or call tools."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = [
            UsualRow(row, plain.row, plain.texts, shape_of(plain.row, is_bare=plain.is_bare))
            for row in rows
            if (plain := row.plain)
        ]
        self.texts = list(chain.from_iterable([one.texts for one in self.rows]))
        """Of all rows, one after the other."""
        self._starts = list(accumulate([len(one.texts) for one in self.rows[:-1]], initial=0))

    def __iter__(self) -> Iterator[UsualRow]:
        return iter(self.rows)

    @property
    def tools(self) -> Iterator[str]:
        """The declarations of tools, as compact JSON."""
        for one in self.rows:
            tools = tools_of(one.chat) if isinstance(one.chat, CallingChat) else None
            if tools and tools.written:
                yield tools.written

    @property
    def are_remarkable(self) -> list[bool]:
        """Of each row, whether a rule on the order of messages, on texts or on calls may find something."""
        marked = chat_learning.may_hold_markup("\n".join(self.texts))
        return [
            not shape.is_in_order
            or len({text.strip() for text in texts}) < len(texts)
            or (marked and chat_learning.may_hold_markup("\n".join(texts)))
            or (isinstance(chat, CallingChat) and not _calls_soundly(chat))
            for _, chat, texts, shape in self.rows
        ]

    def measured(self, counter: BatchCounter) -> Measured:
        """The tokens of each row."""
        if not self.rows:
            return Measured([], [], [], [])
        counts = np.array(counter.counts(self.texts))
        shapes = [one.shape for one in self.rows]
        around = np.array([counter.around(shape.speakers) for shape in shapes])
        totals = self._sums(counts) + around + np.array([_tools_tokens(one.chat, counter) for one in self.rows])
        trained = self._sums(counts * _flags([shape.is_learned for shape in shapes]))
        results = self._sums(counts * _flags([shape.is_result for shape in shapes]))
        are_mostly_results = results * 100 > totals * measured.TOOL_RESULTS_PER_CENT
        are_exact = [isinstance(one.chat, PlainChat) or _is_without_tools(one.chat) for one in self.rows]
        return Measured(totals.tolist(), trained.tolist(), are_exact, are_mostly_results.tolist())

    def _sums(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        sums: NDArray[np.int64] = np.add.reduceat(numbers, self._starts)
        return sums

    @property
    def have_han(self) -> list[bool]:
        """Of each row, whether an answer that is learned has a Chinese character in it."""
        return [any(map(has_han, compress(one.texts, one.shape.is_answer))) for one in self.rows]

    @cached_property
    def system_texts(self) -> list[str]:
        """Of each row, the system text that it begins with; empty where there is none."""
        return [one.texts[0] if one.shape.roles[0] == "system" else "" for one in self.rows]


def _flags(of_rows: Iterable[tuple[bool, ...]]) -> NDArray[np.bool_]:
    return np.array(list(chain.from_iterable(of_rows)))


def _is_without_tools(chat: CallingChat) -> bool:
    tools = tools_of(chat)
    return not chat.called and tools is not None and not tools.written


def _calls_soundly(chat: CallingChat) -> bool:
    tools = tools_of(chat)
    return tools is not None and are_sound(chat, tools)


def _tools_tokens(chat: UsualChat, counter: BatchCounter) -> int:
    if isinstance(chat, PlainChat):
        return 0
    tools = tools_of(chat)
    return counter.repeated(tools.written) if tools and tools.written else 0

"""Judging pieces of chat files, in a process of its own: `python -m tuning.datasets.worker`.

What it is to do comes in through its standard input and what it has found goes out through its standard output, pickled:
both ends are this program. It ends when its input does, so that it never outlives who has started it; killing it loses
nothing but its piece.
"""

import gc
import pickle
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from tuning.datasets.judging import Judge
from tuning.datasets.lines import Lines
from tuning.datasets.options import CheckOptions
from tuning.datasets.pieces import Piece
from tuning.datasets.row_facts import RowFacts
from tuning.datasets.rows import Rows
from tuning.datasets.tally import FindingsTally
from tuning.tokens.batches import BatchCounter, Sample
from tuning.tokens.encodings import O200K


class Order(NamedTuple):
    """How the pieces that follow are to be judged."""

    options: CheckOptions
    """With the file's format."""
    counts_fast: bool
    """False leaves all counting to tiktoken."""


@dataclass(frozen=True, slots=True)
class JudgedPiece:
    """All that is known of a piece; lines and examples count from its beginning."""

    tally: FindingsTally
    facts: RowFacts
    lines: int
    newlines: int
    crlf_endings: int
    examples: int
    last_filled_line: int
    samples: list[Sample]
    """Texts that the faster counter has counted, for tiktoken to count again."""


def judged(piece: Piece, order: Order) -> JudgedPiece:
    """Judge the lines of one piece."""
    counter = BatchCounter(order.options.encoding or O200K, counts_fast=order.counts_fast, verifies_later=True)
    lines = Lines(piece.chunks(), is_beginning=piece.is_first)
    tally = FindingsTally()
    rows, judge = Rows(lines, tally), Judge(order.options, counter)
    tally.add(judge.findings(rows.blocks()))
    return JudgedPiece(
        tally,
        judge.facts,
        lines.count,
        lines.newline_count,
        lines.crlf_count,
        rows.examples,
        rows.last_filled_line,
        counter.samples,
    )


def work(orders: BinaryIO, results: BinaryIO) -> None:
    """Judge piece after piece until the input ends."""
    gc.freeze()  # What has been loaded stays; a search through it for garbage costs time, and memory where it is shared.
    order: Order | None = None
    while True:
        try:
            task = pickle.load(orders)  # noqa: S301 - written by the process that has started this one.
        except EOFError:
            return
        if isinstance(task, Order):
            order = task
        elif order is not None:
            pickle.dump(judged(task, order), results, pickle.HIGHEST_PROTOCOL)
            results.flush()

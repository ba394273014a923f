"""The check of a file on this machine: a large one in pieces, by two processes beside this one.

The report is the same, byte for byte, whoever has judged the rows: what is known of a piece is added to what is known of
the pieces before it, in the order of the file.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from storage.rows import DatasetFormat
from tuning.datasets.check import Examined, examine, report_on
from tuning.datasets.chunks import chunks_of, opener
from tuning.datasets.formats import majority_format
from tuning.datasets.judging import ROWS_TO_TELL_FORMAT, Judge
from tuning.datasets.lines import Lines
from tuning.datasets.options import CheckOptions
from tuning.datasets.pieces import PIECE_BYTES, Cutter, Piece
from tuning.datasets.piecework import JudgedPiece, Order
from tuning.datasets.probes import Probes
from tuning.datasets.report import Report
from tuning.datasets.rows import Rows, blank_end, blank_lines
from tuning.datasets.sniffing import whole_file_fault
from tuning.datasets.tally import FindingsTally
from tuning.datasets.workers import Workers
from tuning.tokens.batches import BatchCounter, Sample, agrees
from tuning.tokens.encodings import O200K

SMALLEST_BYTES: Final = 8_000_000
"""From here on two more processes save more time than it takes to start them."""

LARGEST_FORKED_BYTES: Final = 256_000_000
"""Up to here the time to start processes afresh is worth saving. Forked ones show as their own what they share, so that
their memory looks larger than it is."""


def check_file(
    path: Path, options: CheckOptions, progress: Callable[[int], None] | None = None, *, is_alone: bool = False
) -> Report:
    """`examine_file`, where the report is all that is wanted."""
    return examine_file(path, options, progress, is_alone=is_alone).report


def examine_file(  # noqa: PLR0913 - the last four are for measurements and tests.
    path: Path,
    options: CheckOptions,
    progress: Callable[[int], None] | None = None,
    *,
    is_alone: bool = False,
    workers: Workers | None = None,
    counts_fast: bool = True,
    smallest_bytes: int = SMALLEST_BYTES,
    piece_bytes: int = PIECE_BYTES,
) -> Examined:
    """Read a file once, in bounded memory, and report everything that is wrong with it.

    Args:
        path: the file.
        options: what it is meant for.
        progress: told how many more bytes have been judged, several times a second; 0 where rows are compared.
        is_alone: whether this process does nothing else meanwhile, and so may fork those who judge pieces.
        workers: who judges pieces; by default two processes that start and end with this check.
        counts_fast: False leaves all counting to tiktoken.
        smallest_bytes: a file from this size on is judged in pieces.
        piece_bytes: how long these are at least.

    Raises:
        OSError: it cannot be read.
    """
    row_format = options.format or _format_of(path, is_graded=options.grader is not None)
    size_bytes = path.stat().st_size
    if size_bytes < smallest_bytes or row_format is not DatasetFormat.CHAT or options.probes != Probes():
        return _examined_here(path, options, progress, counts_fast=counts_fast)
    with path.open("rb") as stream:
        cutter = Cutter(path, piece_bytes)
        lines = Lines(cutter.chunks(stream))
        if lines.has_only_carriage_returns or whole_file_fault(lines.head, lambda: lines.head):
            return _examined_here(path, options, progress, counts_fast=counts_fast)
        order = Order(replace(options, format=row_format), counts_fast)
        file = _JudgedFile(lines, order.options)
        forks = is_alone and size_bytes <= LARGEST_FORKED_BYTES
        with contextlib.nullcontext(workers) if workers else Workers(forks=forks) as judging:
            for piece in judging.judged(_pieces(lines, cutter, progress), order):
                file.absorb(piece)
                if forks and not file.is_counted_right():
                    break
    # tiktoken's vocabulary takes 72 MiB; beside a larger file there is room for it when the workers have ended.
    if file.is_counted_right():
        if progress:
            progress(0)
        return file.examined(progress)
    return examine_file(
        path,
        options,
        is_alone=is_alone,
        workers=workers,
        counts_fast=False,
        smallest_bytes=smallest_bytes,
        piece_bytes=piece_bytes,
    )


def _examined_here(
    path: Path, options: CheckOptions, progress: Callable[[int], None] | None, *, counts_fast: bool
) -> Examined:
    with path.open("rb") as stream:
        counter = BatchCounter(options.encoding or O200K, counts_fast=counts_fast)
        return examine(chunks_of(stream), options, progress, counter=counter)


def _format_of(path: Path, *, is_graded: bool) -> DatasetFormat:
    rows = Rows(Lines(opener(path)()), FindingsTally())
    first = (row.fields for row in itertools.islice(rows, ROWS_TO_TELL_FORMAT))
    return majority_format(first, is_graded=is_graded)


def _pieces(lines: Lines, cutter: Cutter, progress: Callable[[int], None] | None) -> Iterator[Piece]:
    told = 0
    for piece in itertools.chain.from_iterable(cutter.pieces() for _ in lines.chunks()):
        yield piece
        # The next piece is asked for when an earlier one has been judged.
        told += piece.size_bytes
        if progress:
            progress(piece.size_bytes)
    yield from cutter.rest()
    if progress:
        progress(lines.size_bytes - told)


class _JudgedFile:
    """A file of which more and more pieces have been judged."""

    def __init__(self, lines: Lines, options: CheckOptions) -> None:
        self._lines = lines
        self._options = options
        self._encoding = options.encoding or O200K
        self._judge = Judge(options, BatchCounter(self._encoding, counts_fast=False))
        self._judge.format = options.format or DatasetFormat.CHAT
        self._tally = FindingsTally()
        self._samples: list[Sample] = []
        self._is_counted_right = True
        self._examples = self._last_filled_line = 0

    def absorb(self, piece: JudgedPiece) -> None:
        """Add the next piece."""
        if piece.last_filled_line:
            if self._last_filled_line:
                self._tally.add(blank_lines(self._last_filled_line, self._lines.count + 1))
            self._last_filled_line = self._lines.count + piece.last_filled_line
        self._tally.absorb(piece.tally, self._lines.count, self._examples)
        self._judge.facts.absorb(piece.facts, self._lines.count, self._examples)
        self._samples += piece.samples
        self._examples += piece.examples
        self._lines.add(piece.lines, piece.newlines, piece.crlf_endings)

    def is_counted_right(self) -> bool:
        """Whether tiktoken counts the samples so far as the faster counter did."""
        self._is_counted_right &= all(agrees(sample, self._encoding) for sample in self._samples)
        self._samples = []
        return self._is_counted_right

    def examined(self, progress: Callable[[int], None] | None) -> Examined:
        """What is known when the last piece has been added; `progress` is told 0 while the rows are compared."""
        self._tally.add(blank_end(self._last_filled_line, self._lines.count))
        report = report_on(self._lines, self._options, self._tally, self._judge, self._examples, progress)
        return Examined(report, self._judge.remembered())

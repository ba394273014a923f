"""Which tokens of a dataset are learned and which are only read, shown on a few of its rows."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from storage.files import FileStore
from storage.rows import DatasetFormat, DatasetVersion
from tuning.datasets.chunks import opener
from tuning.datasets.differences import filled_lines
from tuning.datasets.parsing import parse_line
from tuning.datasets.passages import Said
from tuning.datasets.report import Report
from tuning.tokens.counting import counter

SAMPLED_ROWS: Final = 3


class Piece(NamedTuple):
    """One text of a row."""

    role: str
    text: str
    tokens: int
    is_learned: bool
    """False for what the model only reads: the loss is masked there."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """One row, text by text."""

    line: int
    pieces: tuple[Piece, ...]

    @property
    def tokens(self) -> int:
        """Of the texts; what a provider adds to each message is not in it."""
        return sum(piece.tokens for piece in self.pieces)

    @property
    def learned_tokens(self) -> int:
        return sum(piece.tokens for piece in self.pieces if piece.is_learned)


def previews(chunks: Iterable[bytes], row_format: DatasetFormat, examples: int, encoding: str) -> list[Previewed]:
    """Three rows from the beginning, the middle and the end of a file of `examples` rows; fewer where it has fewer.

    Args:
        encoding: of the tokenizer to count with.
    """
    wanted = {examples * (2 * part + 1) // (2 * SAMPLED_ROWS) for part in range(SAMPLED_ROWS)}
    rows = (line for index, line in enumerate(filled_lines(chunks)) if index in wanted)
    count = counter(encoding).count
    shown = []
    for line in islice(rows, len(wanted)):
        value = parse_line(line.content).value
        said = Said.of(value, row_format).passages if isinstance(value, dict) else ()
        pieces = tuple(Piece(one.role, one.text, count(one.text), one.is_learned) for one in said)
        shown.append(Previewed(line.number, pieces))
    return shown


@dataclass(frozen=True, slots=True)
class TokenPreviews:
    """Previews of what is stored."""

    files: FileStore

    async def of(self, version: DatasetVersion) -> list[Previewed]:
        """Three rows of a version, counted as its report was."""
        opened = opener(await self.files.path(version.sha256))
        encoding = Report.from_json(version.report).tokens.encoding
        return await asyncio.to_thread(lambda: previews(opened(), version.format, version.examples, encoding))

"""A row as the rules read it: prepared for many rows at once, as far as that is cheaper."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from storage.rows import DatasetFormat
from tuning.datasets.passages import Said, texts_of
from tuning.datasets.plain_shapes import Shape, said_of, shape_of
from tuning.datasets.rows import Row

ROWS_AT_ONCE: Final = 200
"""Rows whose tokens are counted together; fewer where they are long."""

_BYTES_AT_ONCE: Final = 1 << 20


class Reading:
    """A row with its texts; where it is plain chat and so is its file, with the shape of the row too."""

    __slots__ = ("has_names", "row", "said", "shape", "texts")

    def __init__(self, row: Row, file_format: DatasetFormat, *, reads_wording: bool) -> None:
        self.row = row
        self.shape: Shape | None = None
        """None where the row has to be looked at closely."""
        self.said: Said | None = None
        """None where nobody asks for wording."""
        self.has_names = False
        if row.plain is not None and file_format is DatasetFormat.CHAT:
            self.texts = [message.content for message in row.plain.messages]
            """Those that are counted one by one."""
            self.has_names = any(message.name is not msgspec.UNSET for message in row.plain.messages)
            self.shape = shape_of(row.plain)
            if reads_wording:
                self.said = said_of(self.texts, self.shape)
        else:
            self.texts = list(texts_of(row.fields))
            if reads_wording:
                self.said = Said.of(row.fields, file_format)


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in lists of at most 200, and of little more than a mebibyte."""
    batch: list[Row] = []
    size_bytes = 0
    for row in rows:
        batch.append(row)
        size_bytes += row.size_bytes
        if len(batch) >= ROWS_AT_ONCE or size_bytes >= _BYTES_AT_ONCE:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch

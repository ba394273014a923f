"""Rows that must not be used, by what they say."""

from datetime import date
from pathlib import Path

from tuning.datasets.large_files import examine_file
from tuning.datasets.options import CheckOptions, Reason, WithheldRows


def rows_in(path: Path, why: Reason, today: date, *, is_alone: bool = False) -> WithheldRows:
    """The fingerprint of each row of a training file, with the reason why none of them may be used.

    Args:
        is_alone: as for `examine_file`.
    """
    rows = examine_file(path, CheckOptions(path.name, today), is_alone=is_alone).rows.rows
    found: dict[int, Reason] = dict.fromkeys(rows.column("row").tolist(), why)
    return found

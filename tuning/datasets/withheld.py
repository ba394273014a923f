"""The rows that a team's people withhold: each row of a version that bears one of a few names."""

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from storage.datasets import DatasetStore
from storage.errors import FileMissing
from storage.files import FileStore
from storage.rows import Tenant
from tuning.datasets.large_files import examine_file
from tuning.datasets.options import CheckOptions, Reason, WithheldRows

NAMES: Final[Mapping[str, Reason]] = {
    "unconsented": "no_consent",
    "未同意": "no_consent",
    "erased": "erasure",
    "要求删除": "erasure",
}
"""What a version is called by `/finetune tag` so that its rows are used nowhere."""


def rows_in(path: Path, why: Reason, today: date, *, is_alone: bool = False) -> WithheldRows:
    """The fingerprint of each row of a training file, with the reason why none of them may be used.

    Args:
        is_alone: as for `examine_file`.
    """
    rows = examine_file(path, CheckOptions(path.name, today), is_alone=is_alone).rows.rows
    found: dict[int, Reason] = dict.fromkeys(rows.column("row").tolist(), why)
    return found


async def withheld_rows(store: DatasetStore, files: FileStore, tenant: Tenant, today: date) -> WithheldRows:
    """The rows that this team withholds; where both reasons apply to a row, it is erased."""
    found: dict[int, Reason] = {}
    tagged = await store.tagged(tenant, tuple(NAMES))
    for name, version in sorted(tagged, key=lambda one: (NAMES[one[0]] == "erasure", one[1].id)):
        try:
            path = await files.path(version.sha256)
        except FileMissing:
            continue
        found |= await asyncio.to_thread(rows_in, path, NAMES[name], today)
    return found

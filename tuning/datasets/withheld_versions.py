"""What a team's people withhold in Slack: each row of a version that bears one of a few names."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Final

from storage.datasets import DatasetStore
from storage.errors import FileMissing
from storage.files import FileStore
from storage.rows import Tenant
from tuning.datasets.options import Reason, WithheldRows
from tuning.datasets.withheld import rows_in

NAMES: Final[Mapping[str, Reason]] = {
    "unconsented": "no_consent",
    "未同意": "no_consent",
    "erased": "erasure",
    "要求删除": "erasure",
}
"""What a version is called by `/finetune tag` so that its rows are used nowhere."""


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

"""Putting datasets together: whose rows may go where, and where a dataset's rows have gone."""

from collections.abc import Sequence

from storage.datasets import DatasetStore
from storage.rows import Dataset, DatasetVersion
from tuning.access import Viewer
from tuning.errors import UserFacingError

Holder = tuple[Dataset, DatasetVersion]
"""Another dataset, and its version into which rows were merged; what was made of that version may hold them too."""


class RowsWouldSpread(UserFacingError):
    """Rows would be seen by people who may not see the dataset that they come from."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__("rows_would_spread", name=name, other=other)


async def require_joinable(viewer: Viewer, target: Dataset, source: Dataset) -> None:
    """Let rows into a dataset only from one that everybody sees who sees the first.

    Raises:
        RowsWouldSpread: the source lives in another place that isn't open to all.
    """
    is_neighbour = source.place.channel_id == target.place.channel_id
    if not is_neighbour and not await viewer.is_public(source.place.channel_id):
        raise RowsWouldSpread(target.name, source.name)


async def holders(store: DatasetStore, dataset: Dataset) -> Sequence[Holder]:
    """The versions of other datasets into which rows of a dataset were merged, straight or by way of others."""
    found = []
    for merged in await store.merged(dataset.tenant):
        if merged.dataset_id != dataset.id and await _comes_from(store, merged, dataset):
            holder = await store.get(dataset.tenant, merged.dataset_id)
            found += [(holder, merged)] if holder else []
    return found


async def _comes_from(store: DatasetStore, version: DatasetVersion, dataset: Dataset) -> bool:
    """Whether a version or anything that it was made of belongs to a dataset."""
    waiting, seen = [version], {version.id}
    while waiting:
        one = waiting.pop()
        if one.dataset_id == dataset.id:
            return True
        arguments = one.lineage.get("arguments", ()) if one.origin == "merge" else ()
        for source_id in {one.parent_id, *arguments} - seen - {""}:
            seen.add(source_id)
            # Of a source that was deleted, neither rows nor origin are known any more.
            if source := await store.version(dataset.tenant, source_id):
                waiting.append(source)
    return False

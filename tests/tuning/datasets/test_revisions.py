"""A new version is made of an old one, once, and the old one stays."""

import json
from dataclasses import replace

import pytest

from storage.datasets import DatasetStore
from storage.rows import DatasetTag
from tests.tuning.datasets.test_intake import receive
from tuning.datasets.fixes.line_map import LineMap
from tuning.datasets.revisions import Revision
from tuning.datasets.versions import Versions
from tuning.errors import CannotConvert, CannotFix, DatasetNotFound, FileTooLarge

TABLE = "nr,question,answer\n" + "".join(f"{n},What is {n} + 1?,{n + 1}.\n" for n in range(12))


async def bytes_of(house, version) -> bytes:
    return b"".join([chunk async for chunk in house.files.read(version.sha256)])


async def test_a_table_becomes_the_next_version_and_is_made_once(house):
    upload = await receive(house, TABLE.encode(), "sums.csv.gz"[:-3])
    assert not upload.is_ready
    revision = Revision(upload.id, "convert")

    made = await house.revisions.make(house.tenant, revision)
    again = await house.revisions.make(house.tenant, Revision.from_json(json.loads(json.dumps(revision.to_json()))))

    assert (made.number, made.file_name, made.origin, made.parent_id) == (2, "sums.jsonl", "convert", upload.id)
    assert (made.is_ready, made.examples, again) == (True, 12, made)
    assert made.lineage["mapping"] == {"user": ["question"], "assistant": ["answer"]}
    assert made.lineage["left_out"] == ["nr"]
    assert (await house.datasets.newest_version(house.tenant, upload.dataset_id)).id == made.id
    assert await bytes_of(house, upload) == TABLE.encode()


async def test_a_repair_keeps_where_every_line_came_from_and_another_choice_is_another_version(house):
    upload = await house.dataset("marv-with-mistakes.jsonl")
    changes = await house.revisions.preview(upload)
    assert {"C007", "F009", "F011"} <= {change.code for change in changes}

    blanks = await house.revisions.make(house.tenant, Revision(upload.id, "fix", ("F009",)))
    roles = await house.revisions.make(house.tenant, Revision(upload.id, "fix", ("C007", "F009")))

    assert (blanks.number, roles.number) == (2, 3)
    assert roles.lineage["changes"] == {"C007": 1, "F009": 1}
    lines = LineMap.from_json(roles.lineage["lines"])
    old, new = (await bytes_of(house, upload)).splitlines(), (await bytes_of(house, roles)).splitlines()
    same = [line for line in range(1, len(new) + 1) if new[line - 1] == old[lines.old_of(line) - 1]]
    assert len(same) == len(new) - 1
    assert [one.id for one in await house.dataset_store.children(house.tenant, upload.id)] == [blanks.id, roles.id]


async def test_what_cannot_be_made_says_why_and_makes_nothing(house):
    table = await receive(house, b"x,y,z\n1,2,3\n4,5,6\n", "a.csv")
    with pytest.raises(CannotConvert, match="x, y, z"):
        await house.revisions.make(house.tenant, Revision(table.id, "convert"))
    with pytest.raises(CannotFix):
        await house.revisions.make(house.tenant, Revision(table.id, "fix", ("C007",)))
    with pytest.raises(DatasetNotFound):
        await house.revisions.make(house.tenant, Revision("gone", "convert"))
    large = await receive(house, b'question,answer\n"' + b"a" * 999_950 + b'",b\n', "b.csv", dataset_id="ds_8")
    with pytest.raises(FileTooLarge):
        await house.revisions.make(house.tenant, Revision(large.id, "convert"))
    assert len(await house.dataset_store.versions(house.tenant, table.dataset_id)) == 1


async def test_a_tag_moves_to_another_version_and_goes_with_its_dataset(house):
    version = await house.dataset()
    tag = DatasetTag(house.tenant, version.dataset_id, "gold", version.id, "U1", house.now)

    await house.dataset_store.tag(tag)
    moved = DatasetTag(house.tenant, version.dataset_id, "gold", "other", "U2", house.now)
    await house.dataset_store.tag(moved)

    assert await house.dataset_store.tags(house.tenant, version.dataset_id) == [moved]
    await house.dataset_store.delete(house.tenant, version.dataset_id)
    assert await house.dataset_store.tags(house.tenant, version.dataset_id) == []


async def test_bytes_that_were_deleted_meanwhile_are_said_to_be_gone(house):
    upload = await house.dataset("marv-with-mistakes.jsonl")
    versions = Versions(house.datasets, house.dataset_store, house.files, house.job_store, house.clock)
    (await house.files.path(upload.sha256)).unlink()

    for told in (
        house.revisions.make(house.tenant, Revision(upload.id, "fix", ("C007",))),
        house.revisions.proposal(upload),
        house.revisions.preview(upload),
        versions.differences(upload, upload),
    ):
        with pytest.raises(DatasetNotFound):
            await told


class _Vanishing(DatasetStore):
    """Its datasets are deleted just before a version is added."""

    async def add_version(self, version):
        await self.delete(version.tenant, version.dataset_id)
        return await super().add_version(version)


async def test_a_version_for_a_dataset_that_is_deleted_meanwhile_says_so(house, tables):
    upload = await house.dataset()
    vanishing = replace(house.revisions, store=_Vanishing(tables))

    with pytest.raises(DatasetNotFound):
        await vanishing.make(house.tenant, Revision(upload.id, "filter", ("capital",)))

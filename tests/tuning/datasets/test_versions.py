"""A dataset's versions, and the way from a model back to its rows."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tuning.datasets.test_intake import receive
from tuning.datasets.apart import apart
from tuning.datasets.revisions import Revision
from tuning.datasets.versions import Versions
from tuning.errors import TagUnfit, VersionNotFound


@pytest.fixture(name="versions")
def _versions(house) -> Versions:
    return Versions(house.datasets, house.dataset_store, house.files, house.job_store, house.clock)


async def test_a_list_shows_where_versions_come_from_what_they_are_called_and_who_trained_on_them(house, versions):
    job = await house.asked(split_train_percent=80)
    await house.steps.prepare({"team_id": "T1", "enterprise_id": ""}, job.id)
    upload = await house.dataset()
    chosen = await house.revisions.make(house.tenant, Revision(upload.id, "filter", ("capital",)))
    dataset = await house.datasets.of_version(house.tenant, upload.id)
    await versions.tag(house.viewer, dataset, chosen, "gold")

    newest, oldest = await versions.known(dataset)

    assert (newest.version.id, newest.tags, newest.made_from, newest.jobs) == (chosen.id, ("gold",), 1, ())
    assert (oldest.version.id, oldest.made_from, [one.id for one in oldest.jobs]) == (upload.id, None, [job.id])


async def test_a_version_is_found_by_number_tag_and_hash(house, versions):
    upload = await house.dataset()
    dataset = await house.datasets.of_version(house.tenant, upload.id)
    chosen = await house.revisions.make(house.tenant, Revision(upload.id, "filter", ("capital",)))
    await versions.tag(house.viewer, dataset, upload, "first")

    for text in ("v1", "1", "first", upload.sha256[:8], upload.id):
        assert (await versions.find(dataset, text)).id == upload.id
    assert (await versions.find(dataset, "")).id == chosen.id
    with pytest.raises(VersionNotFound, match="There are: v1, v2"):
        await versions.find(dataset, "v3")
    for unfit in ("v7", "7", "a b", "", "x" * 41, "<!channel>"):
        with pytest.raises(TagUnfit):
            await versions.tag(house.viewer, dataset, upload, unfit)


async def test_two_versions_and_two_datasets_are_compared(house, versions):
    upload = await house.dataset()
    other = await receive(house, b'{"messages": []}\n', "b.jsonl", dataset_id="ds_8")
    merged = await house.revisions.make(house.tenant, Revision(upload.id, "merge", (other.id,)))

    found = await versions.differences(upload, merged)

    assert (found.same, found.added, found.removed) == (64, 1, 0)
    assert merged.lineage["left_out"] == 0
    assert (await versions.differences(upload, other)).removed == 64
    assert await replace(versions, apart_bytes=0).differences(upload, merged) == found


async def test_long_work_runs_in_a_process_of_its_own(tmp_path):
    told = tmp_path / "told"
    await apart(_tell_process, told, tmp_path)

    assert int(told.read_text()) != os.getpid()


def _tell_process(told: Path, _: Path) -> None:
    told.write_text(str(os.getpid()))


async def test_a_version_leads_back_to_the_file_that_was_shared(house, versions):
    upload = await house.dataset()
    chosen = await house.revisions.make(house.tenant, Revision(upload.id, "filter", ("capital",)))
    again = await house.revisions.make(house.tenant, Revision(chosen.id, "filter", ("france",)))

    lineage = await versions.lineage(house.tenant, again.id)

    assert [version.id for version in lineage.versions] == [again.id, chosen.id, upload.id]
    assert lineage.dataset.name == "marv"

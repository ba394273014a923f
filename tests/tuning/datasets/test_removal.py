"""A dataset is deleted with all that was made of it, and what remains is said."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.errors import FileMissing
from storage.rows import JobStatus, Tenant
from tuning.access import Actor, Viewer
from tuning.datasets.revisions import Revision
from tuning.errors import DatasetInUse, DatasetNotFound, NotAllowed, ProviderUnavailable
from tuning.models import model_of


async def _ended(house, dataset_id="ds_1"):
    """A dataset with a job on it that has succeeded, and with the model that the job made."""
    job = replace(
        await house.running(split_train_percent=80), status=JobStatus.SUCCEEDED, fine_tuned_model="ft:smol:marv"
    )
    await house.job_store.advance(job)
    await house.model_store.add(model_of(job, None, house.now))
    return job


async def test_our_copy_its_parts_and_the_providers_files_go_and_what_stays_is_said(house, host):
    await _ended(house)
    version = await house.datasets.newest_version(house.tenant, "ds_1")
    assert len(host.files) == 2

    removed = await house.removal.remove(house.viewer, "marv")

    assert (removed.versions, [file.is_deleted for file in removed.files]) == (3, [True, True])
    assert host.files == []
    assert [model.name for model in removed.models] == ["marv"]
    assert [job.name for job in removed.jobs] == ["marv"]
    with pytest.raises(DatasetNotFound):
        await house.datasets.find(house.viewer, "marv")
    with pytest.raises(FileMissing):
        await house.files.path(version.sha256)
    assert await house.dataset_store.versions(house.tenant, "ds_1") == []
    [audit] = [one for one in await house.audits.recent(house.tenant) if one.subject == "dataset:ds_1"]
    assert (audit.actor_id, audit.action, audit.details["versions"]) == (house.owner.user_id, "delete", 3)


async def test_a_file_that_the_provider_does_not_delete_is_named_with_the_reason(house, host, answers):
    await _ended(house)
    host.then("DELETE /files/{id}", answers.refusal(500))

    removed = await house.removal.remove(house.viewer, "marv")

    failed = [file for file in removed.files if not file.is_deleted]
    assert len(failed) == 1
    assert isinstance(failed[0].fault, ProviderUnavailable)
    assert failed[0].file_id in [file["id"] for file in host.files]
    left = await house.provider_files.of_bytes(house.tenant, _hashes(host))
    assert [file.file_id for file in left] == [failed[0].file_id]


def _hashes(host):
    return [file["filename"].removeprefix("tunesmith-").removesuffix(".jsonl") for file in host.files]


async def test_a_file_of_an_account_that_is_no_longer_set_up_is_named(house):
    version = await house.dataset()
    await house.provider_files.put(house.tenant, "elsewhere:", version.sha256, "file-old")

    [file] = (await house.removal.remove(house.viewer, "marv")).files

    assert (file.file_id, file.provider, file.is_deleted) == ("file-old", "", False)


async def test_a_file_that_was_uploaded_with_an_earlier_key_goes_all_the_same(house, gateway, host):
    version = await house.dataset()
    file_id = await gateway.upload(await house.files.path(version.sha256), f"tunesmith-{version.sha256}.jsonl")
    await house.provider_files.put(house.tenant, "earlier-key:", version.sha256, file_id)

    [file] = (await house.removal.remove(house.viewer, "marv")).files

    assert (file.is_deleted, host.files) == (True, [])


async def test_a_file_on_which_another_team_rests_stays(house, gateway, host):
    await _ended(house)
    for file, sha256 in zip(host.files, _hashes(host), strict=True):
        await house.provider_files.put(Tenant("T2"), f"{gateway.account}:", sha256, file["id"])

    removed = await house.removal.remove(house.viewer, "marv")

    assert [file.is_kept for file in removed.files] == [True, True]
    assert len(host.files) == 2
    assert len(await house.provider_files.of_bytes(Tenant("T2"), _hashes(host))) == 2


async def test_bytes_that_another_dataset_has_stay_here_and_at_the_provider(house, host):
    job = await house.running()
    await house.job_store.advance(replace(job, status=JobStatus.SUCCEEDED))
    version = await house.dataset(dataset_id="ds_2")

    removed = await house.removal.remove(house.viewer, "ds_1")

    assert (removed.files, len(host.files)) == ((), 1)
    assert (await house.files.path(version.sha256)).exists()


async def test_a_dataset_whose_bytes_another_had_is_whole_though_the_other_goes_while_it_is_checked(house):
    await house.dataset()
    content = house.shared["ds_1"] * 10
    first = await house.datasets.receive(house.tenant, dataset_id="ds_2", **_shared(house, "ds_2", content))
    stored = await house.files.path(first.sha256)
    before = stored.stat().st_ino
    receiving = asyncio.create_task(
        house.datasets.receive(house.tenant, dataset_id="ds_3", **_shared(house, "ds_3", content))
    )
    while stored.stat().st_ino == before:  # noqa: ASYNC110 - the disk tells by no event.
        await asyncio.sleep(0)
    await house.removal.remove(house.viewer, "ds_2")
    version = await receiving

    assert b"".join([chunk async for chunk in house.files.read(version.sha256)]) == content


def _shared(house, file_id, content):
    house.shared[file_id] = content
    return {"owner_id": "U1", "place": house.place, "slack_file": {"id": file_id, "name": f"{file_id}.jsonl"}}


async def test_a_job_that_has_not_ended_keeps_its_dataset(house):
    await house.running()

    with pytest.raises(DatasetInUse):
        await house.removal.remove(house.viewer, "marv")
    assert await house.datasets.find(house.viewer, "marv")


@pytest.mark.parametrize(("actor", "error"), [(Actor("U2"), NotAllowed), (Actor("U3", is_admin=True), None)])
async def test_only_its_owner_and_administrators_delete_it(house, actor, error):
    await house.dataset()
    other = Viewer(house.tenant, actor, house.place.channel_id, house.viewer.is_public)

    if error:
        with pytest.raises(error):
            await house.removal.remove(other, "marv")
    else:
        assert (await house.removal.remove(other, "marv")).versions == 1


async def test_datasets_that_hold_its_rows_are_named_before_and_after(house):
    first, target, third, unrelated = [
        await house.dataset(dataset_id=dataset_id) for dataset_id in ("ds_1", "ds_2", "ds_3", "ds_4")
    ]
    merged = await house.revisions.make(house.tenant, Revision(target.id, "merge", (first.id,)))
    repaired = await house.revisions.make(house.tenant, Revision(merged.id, "filter", ("a",)))
    further = await house.revisions.make(house.tenant, Revision(third.id, "merge", (repaired.id,)))
    await house.revisions.make(house.tenant, Revision(unrelated.id, "merge", (target.id,)))

    use = await house.removal.use(house.viewer, "ds_1")
    removed = await house.removal.remove(house.viewer, "ds_1")

    held = [(dataset.id, version.id) for dataset, version in use.holders]
    assert held == [("ds_2", merged.id), ("ds_3", further.id)]
    assert removed.holders == use.holders


async def test_another_team_finds_nothing_to_delete(house):
    await house.dataset()
    stranger = Viewer(Tenant("T2"), Actor("U1", is_admin=True), house.place.channel_id, house.viewer.is_public)

    with pytest.raises(DatasetNotFound):
        await house.removal.remove(stranger, "ds_1")


async def test_what_is_older_than_allowed_and_unused_expires(house):
    await house.dataset()
    house.later(86_400 * 20)
    await house.dataset("support-zh.jsonl", "ds_2")

    expired = await house.removal.expire(house.now - timedelta(days=10))

    assert [one.dataset.id for one in expired] == ["ds_1"]
    assert [(one.actor_id, one.action) for one in await house.audits.recent(house.tenant)] == [("", "expire")]
    assert [one.id for one in await house.datasets.recent(house.viewer)] == ["ds_2"]


@pytest.mark.parametrize("status", [JobStatus.RUNNING, JobStatus.SUCCEEDED])
async def test_what_was_trained_on_lately_does_not_expire(house, status):
    await house.dataset()
    house.later(86_400 * 20)
    job = await house.running()
    await house.job_store.advance(replace(job, status=status))

    assert await house.removal.expire(house.now - timedelta(days=10)) == []

"""What is looked for when a dataset goes: jobs on it, files at providers, messages about it, and what is old."""

from datetime import timedelta

from storage.datasets import DatasetStore
from storage.deliveries import DeliveryStore
from storage.jobs import JobStore
from storage.provider_files import ProviderFileStore
from storage.rows import JobRequest, ProviderFile
from storage.turns import TurnStore


async def test_the_jobs_on_a_dataset_are_found_by_any_of_its_versions(database, tenant, other_tenant, a_job):
    jobs = JobStore(database)
    on = {"job_1": "ds_1-v1", "job_2": "ds_1-v2.train.80.7", "job_3": "ds_12-v1", "job_4": "ds_2-v1"}
    for job_id, version_id in on.items():
        await jobs.add(a_job(job_id, job_id, request=JobRequest("trainer", "smol", version_id)))
    await jobs.add(a_job("job_5", "job_5", request=JobRequest("trainer", "smol", "ds_2-v1", "ds_1-v1")))
    await jobs.add(a_job(tenant=other_tenant, request=JobRequest("trainer", "smol", "ds_1-v1")))

    assert {job.id for job in await jobs.trained_on(tenant, "ds_1")} == {"job_1", "job_2", "job_5"}


async def test_the_datasets_of_a_file_in_slack_are_its_teams_own(database, tenant, other_tenant, a_dataset, a_version):
    datasets = DatasetStore(database)
    await datasets.add(a_dataset(), a_version())
    await datasets.add(a_dataset("ds_2", slack_file_id="F2"), a_version("dv_2", "ds_2"))

    assert [dataset.id for dataset in await datasets.shared_as(tenant, "F1")] == ["ds_1"]
    assert await datasets.shared_as(other_tenant, "F1") == []


async def test_a_dataset_is_as_old_as_its_newest_version(database, now, a_dataset, a_version):
    datasets, later = DatasetStore(database), now + timedelta(days=2)
    await datasets.add(a_dataset(), a_version())
    await datasets.add(a_dataset("ds_2"), a_version("dv_2", "ds_2"))
    await datasets.add_version(a_version("dv_3", "ds_2", created_at=later))

    assert [dataset.id for dataset in await datasets.made_before(now + timedelta(days=1))] == ["ds_1"]
    assert await datasets.made_before(now) == []


async def test_a_providers_file_is_known_by_its_bytes_and_may_be_two_teams(database, tenant, other_tenant):
    files = ProviderFileStore(database)
    await files.put(tenant, "account:", "aa", "file-1")
    await files.put(tenant, "account:", "bb", "file-2")
    await files.put(other_tenant, "account:", "aa", "file-1")

    assert await files.of_bytes(tenant, {"aa", "cc"}) == [ProviderFile(tenant, "account:", "aa", "file-1")]
    shared, alone = ProviderFile(tenant, "account:", "aa", "file-1"), ProviderFile(tenant, "account:", "bb", "file-2")
    assert (await files.is_shared(shared), await files.is_shared(alone)) == (True, False)


async def test_the_messages_about_a_dataset_are_found_by_the_beginning_of_their_keys(database, tenant, place, now):
    deliveries = DeliveryStore(database)
    for key in ("report:ds_1:1.0", "report:ds_1:2.0", "report:ds_12:1.0", "report:dsX1:1.0"):
        await deliveries.put(tenant, key, place, {"text": key}, now)

    found = [delivery.key for delivery in await deliveries.beginning_with(tenant, "report:ds_1:")]
    assert found == ["report:ds_1:1.0", "report:ds_1:2.0"]


async def test_questions_asked_before_a_moment_are_forgotten(database, tenant, place, now, a_turn):
    turns = TurnStore(database)
    await turns.ask(a_turn())
    await turns.ask(a_turn("turn_2", "1763812802.000300", created_at=now + timedelta(days=2)))
    await turns.forget(now + timedelta(days=1))

    assert [turn.id for turn in await turns.thread(tenant, place)] == ["turn_2"]

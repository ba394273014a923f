from dataclasses import replace

import pytest

from storage.rows import JobStatus
from tuning.errors import DatasetNotReady, InvalidRequest
from tuning.providers.profiles import CUSTOM

CREATE = "POST /fine_tuning/jobs"
LIST = "GET /fine_tuning/jobs"


def creations(host):
    return host.calls.count(CREATE)


async def test_a_start_uploads_the_file_and_creates_the_job_with_what_was_asked(house, host):
    await house.asked(n_epochs=2, suffix="marv")

    outcome, job = await house.run_start()

    assert outcome == {"ok": True}
    assert job.provider_job_id == host.jobs[0]["id"]
    assert job.training_file_id == host.files[0]["id"]
    assert job.status is JobStatus.QUEUED
    assert host.jobs[0]["suffix"] == "marv"
    assert host.files[0]["content"].startswith('{"messages"')


async def test_the_same_intent_twice_is_one_job_and_one_workflow(house):
    first = await house.asked()
    again = await house.asked()

    assert first == again
    assert [started[1] for started in house.started] == ["start:job_1"]
    assert [job.name for job in await house.jobs.recent(house.viewer)] == ["marv"]


async def test_an_intent_that_was_stored_but_not_begun_is_begun_after_a_restart(house):
    job = await house.asked()
    house.started.clear()

    await house.launch.sweep()

    assert [started[1] for started in house.started] == [f"start:{job.id}"]


async def test_a_job_that_the_provider_knows_is_not_begun_again_after_a_restart(house):
    await house.asked()
    await house.run_start()
    house.started.clear()

    await house.launch.sweep()

    assert house.started == []


async def test_a_second_job_on_a_dataset_gets_a_name_of_its_own(house):
    await house.asked("job_1")

    assert (await house.asked("job_2")).name == "marv-2"


async def test_the_same_bytes_are_uploaded_once_for_all_jobs(house, host):
    for job_id in ("job_1", "job_2"):
        await house.asked(job_id)
        await house.run_start(job_id)

    assert len(host.files) == 1
    assert [job["training_file"] for job in host.jobs] == [host.files[0]["id"]] * 2


async def test_a_split_is_made_at_the_start_and_the_same_one_is_made_again(house, host):
    await house.asked("job_1", split_train_percent=80, split_seed=7)
    _, job = await house.run_start("job_1")
    await house.asked("job_2", split_train_percent=80, split_seed=7)
    _, again = await house.run_start("job_2")

    rows = [file["content"].count("\n") for file in host.files]
    assert rows == [51, 13]
    assert (job.training_file_id, job.validation_file_id) == (again.training_file_id, again.validation_file_id)
    assert host.jobs[0]["validation_file"] == job.validation_file_id


async def test_a_closed_platform_ends_the_job_with_its_own_sentence(house, host, answers):
    host.then(CREATE, answers.refusal(403, "training_not_available"))
    await house.asked()

    outcome, job = await house.run_start()

    assert outcome["code"] == "training_not_available"
    assert job.status is JobStatus.FAILED
    assert "no longer lets this organisation train" in job.error_message
    assert creations(host) == 1


@pytest.mark.parametrize("status", [400, 404])
async def test_a_file_that_has_expired_at_the_provider_is_uploaded_again_in_the_same_run(house, host, answers, status):
    await house.asked(split_train_percent=80)
    await house.run_start()
    host.files.pop(0)
    host.then(CREATE, answers.refusal(status, message="No such file."))
    await house.asked("job_2", split_train_percent=80)

    _, job = await house.run_start("job_2")

    assert job.status is JobStatus.QUEUED
    assert {job.training_file_id, job.validation_file_id} == {file["id"] for file in host.files}
    assert len(host.jobs) == 2


async def test_a_refusal_of_a_file_that_is_still_there_uploads_nothing_again(house, host, answers):
    host.then(CREATE, answers.refusal(400, "invalid_training_file"))
    await house.asked()

    _, job = await house.run_start()

    assert job.error_code == "invalid_training_file"
    assert (host.calls.count("POST /files"), creations(host)) == (1, 1)


async def test_an_upload_whose_answer_was_lost_is_found_by_its_name(house, host, answers):
    host.then("POST /files", answers.cut, is_done_first=True)
    await house.asked()

    _, job = await house.run_start()

    assert len(host.files) == 1
    assert job.training_file_id == host.files[0]["id"]


async def test_where_metadata_is_lost_each_job_has_a_file_of_its_own_to_be_known_by(house_of, connect, host, answers):
    house = house_of(connect(CUSTOM))
    host.ignores |= {"metadata", "filter"}
    host.then(CREATE, answers.refusal(500), is_done_first=True)
    for job_id in ("job_1", "job_2"):
        await house.asked(job_id)
        await house.run_start(job_id)

    jobs = [await house.job_store.get(house.tenant, job_id) for job_id in ("job_1", "job_2")]
    assert [job.provider_job_id for job in jobs] == [job["id"] for job in host.jobs]
    assert len(host.files) == 2


async def test_a_job_cancelled_before_it_is_created_never_reaches_the_provider(house, host):
    await house.asked()
    await house.steps.upload({"team_id": "T1", "enterprise_id": ""}, "job_1")
    await house.jobs.cancel(house.viewer, "marv")

    outcome, job = await house.run_start()

    assert outcome["status"] == "cancelled"
    assert job.status is JobStatus.CANCELLED
    assert host.jobs == []


async def test_a_job_cancelled_while_the_provider_is_away_is_given_up(house, host, answers):
    host.then(CREATE, answers.refusal(500))
    await house.asked()
    cancelled = []

    async def cancel_at_first_pause(seconds):
        if seconds and not cancelled:
            cancelled.append(await house.job_store.request_cancel(house.tenant, "job_1"))

    house.steps = replace(house.steps, pause=cancel_at_first_pause)

    _, job = await house.run_start()

    assert job.status is JobStatus.CANCELLED
    assert creations(host) == 1


async def test_a_deleted_dataset_ends_the_job_with_a_sentence(house):
    await house.asked(split_train_percent=80)
    await house.dataset_store.delete(house.tenant, "ds_1")

    outcome, job = await house.run_start()

    assert outcome["code"] == "dataset_not_found"
    assert job.status is JobStatus.FAILED


async def test_a_request_with_faults_is_refused_before_anything_is_stored(house):
    with pytest.raises(InvalidRequest) as caught:
        await house.asked(n_epochs=99, suffix="no spaces")

    assert {finding.path for finding in caught.value.findings} == {"n_epochs", "suffix"}
    assert await house.jobs.recent(house.viewer) == []


async def test_a_dataset_with_faults_starts_no_job(house):
    version = await house.dataset("marv-with-mistakes.jsonl")

    with pytest.raises(DatasetNotReady, match="things to fix"):
        await house.jobs.check(house.viewer, replace(await house.draft(), training_version_id=version.id))

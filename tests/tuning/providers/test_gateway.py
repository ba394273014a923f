from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from storage.rows import Job, JobRequest, JobStatus, Place, Tenant
from tuning.errors import (
    ProviderAuthentication,
    ProviderBusy,
    ProviderConfused,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
    TrainingNotAvailable,
)
from tuning.providers.profiles import CUSTOM, OPENAI, TRAINER

JOB = Job(
    id="job_1",
    tenant=Tenant("T1"),
    name="marv",
    owner_id="U1",
    place=Place("C1"),
    request=JobRequest(
        provider="trainer", base_model="smol", training_version_id="v1", n_epochs=3, suffix="marv", seed=0
    ),
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
)


async def test_a_job_is_created_with_its_method_its_seed_and_our_own_id(gateway, host):
    job = await gateway.create_job(JOB, "file-1")

    assert job.status is JobStatus.QUEUED
    sent = {key: value for key, value in host.jobs[0].items() if key not in {"id", "object", "status"}}
    assert sent == {
        "model": "smol",
        "training_file": "file-1",
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 3}}},
        "suffix": "marv",
        "seed": 0,
        "metadata": {"tunesmith_job": "job_1"},
    }


async def test_preferences_are_asked_for_under_their_own_method_with_their_beta(gateway, host):
    request = replace(JOB.request, method="dpo", beta=0.3)

    job = await gateway.create_job(replace(JOB, request=request), "file-1")

    assert host.jobs[0]["method"] == {"type": "dpo", "dpo": {"hyperparameters": {"n_epochs": 3, "beta": 0.3}}}
    assert job.method == "dpo"


async def test_hyperparameters_go_to_the_top_level_where_the_host_knows_no_method(connect, host):
    await connect(replace(TRAINER, takes_method=False)).create_job(JOB, "file-1", "file-2")

    assert "method" not in host.jobs[0]
    assert host.jobs[0]["hyperparameters"] == {"n_epochs": 3}
    assert host.jobs[0]["validation_file"] == "file-2"


@pytest.mark.parametrize("call", ["POST /fine_tuning/jobs", "POST /files"])
@pytest.mark.parametrize("fault", ["refusal", "conflict", "cut", "hang"])
async def test_a_paying_call_is_never_repeated_by_the_client(gateway, host, answers, tmp_path, call, fault):
    path = tmp_path / "marv.jsonl"
    path.write_text("{}\n")
    scripted = {
        "refusal": answers.refusal(500),
        "conflict": answers.refusal(409),
        "cut": answers.cut,
        "hang": answers.hang,
    }
    host.then(call, *[scripted[fault]] * 3)

    with pytest.raises(ProviderUnavailable):
        await (gateway.create_job(JOB, "file-1") if "jobs" in call else gateway.upload(path, "marv"))

    assert host.calls == [call]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        pytest.param(400, "invalid_training_file", ProviderRefused, id="bad request"),
        pytest.param(401, "invalid_api_key", ProviderAuthentication, id="wrong key"),
        pytest.param(403, "training_not_available", TrainingNotAvailable, id="fine-tuning closed"),
        pytest.param(403, "", ProviderAuthentication, id="forbidden"),
        pytest.param(404, "", ProviderMissing, id="not found"),
        pytest.param(409, "", ProviderUnavailable, id="conflict"),
        pytest.param(429, "rate_limit_exceeded", ProviderBusy, id="too many requests"),
        pytest.param(429, "insufficient_quota", ProviderRefused, id="no money left"),
        pytest.param(500, "", ProviderUnavailable, id="server fault"),
        pytest.param(503, "", ProviderUnavailable, id="overloaded"),
    ],
)
async def test_each_status_becomes_the_error_that_says_what_to_do(gateway, host, answers, status, code, expected):
    host.then("POST /fine_tuning/jobs", answers.refusal(status, code, "Because."))

    with pytest.raises(expected) as caught:
        await gateway.create_job(JOB, "file-1")

    assert type(caught.value) is expected
    assert "Tunesmith Trainer" in str(caught.value)


async def test_the_wait_that_a_busy_provider_asks_for_is_kept(gateway, host, answers):
    host.then("GET /fine_tuning/jobs/{id}", answers.refusal(429, headers={"retry-after": "17"}))
    host.then("GET /fine_tuning/jobs/{id}", answers.refusal(429, headers={"retry-after-ms": "1500"}))
    host.then("GET /fine_tuning/jobs/{id}", answers.refusal(429, headers={"retry-after": "Sun, 22 Nov 2026"}))

    waits = []
    for _ in range(3):
        with pytest.raises(ProviderBusy) as caught:
            await gateway.retrieve_job("ftjob-1")
        waits.append(caught.value.retry_after_seconds)

    assert waits == [17, 1.5, None]


async def test_the_words_of_a_server_that_puts_them_under_detail_are_kept(gateway, host, answers):
    def detail():
        response = answers.refusal(422)()
        response.body = b'{"detail": "Suffix too long."}'
        response.headers["content-length"] = str(len(response.body))
        return response

    host.then("POST /fine_tuning/jobs", detail)

    with pytest.raises(ProviderRefused, match="Suffix too long"):
        await gateway.create_job(JOB, "file-1")


@pytest.mark.parametrize("call", ["trainable_models", "find_job", "retrieve_job", "events", "count_tokens"])
async def test_a_web_page_instead_of_an_answer_is_called_what_it_is(gateway, host, answers, call):
    for endpoint in (
        "GET /models",
        "GET /fine_tuning/jobs",
        "GET /fine_tuning/jobs/{id}",
        "GET /fine_tuning/jobs/{id}/events",
        "POST /token_counts",
    ):
        host.then(endpoint, answers.html)
    arguments = {
        "trainable_models": (date(2026, 11, 22),),
        "find_job": ("job_1",),
        "retrieve_job": ("ftjob-1",),
        "events": ("ftjob-1",),
        "count_tokens": ("smol", [{}]),
    }

    with pytest.raises(ProviderConfused, match="doctype html"):
        await getattr(gateway, call)(*arguments[call])


async def test_a_provider_that_is_switched_off_is_unavailable(connect):
    with pytest.raises(ProviderUnavailable):
        await connect(base_url="http://127.0.0.1:9/v1").retrieve_job("ftjob-1")


async def test_a_job_is_found_by_our_id_behind_pages_of_foreign_jobs(gateway, host):
    host.ignores.add("filter")
    ours = await gateway.create_job(JOB, "file-1")
    host.jobs += [{"id": f"ftjob-foreign-{n}", "metadata": {"tunesmith_job": f"job_{n + 2}"}} for n in range(250)]

    assert (await gateway.find_job("job_1")) == ours
    assert host.calls.count("GET /fine_tuning/jobs") == 3


async def test_a_foreign_job_is_never_taken_for_ours(gateway, host):
    host.ignores.add("filter")
    host.jobs = [{"id": "ftjob-foreign", "training_file": "file-1"}, {"id": "ftjob-bare", "metadata": None}]

    assert await gateway.find_job("job_1", "file-1") is None


async def test_a_job_without_metadata_is_found_by_the_file_uploaded_for_it_alone(connect, host):
    gateway = connect(CUSTOM)
    host.ignores |= {"metadata", "filter"}
    ours = await gateway.create_job(JOB, "file-1")

    assert await gateway.find_job("job_1", "file-1") == ours
    assert await gateway.find_job("job_2", "file-2") is None
    assert await gateway.find_job("job_2", "") is None


async def test_a_list_that_ignores_after_and_never_says_it_ends_is_left(gateway, host):
    host.ignores |= {"after", "has_more", "filter"}
    host.jobs = [{"id": f"ftjob-{n}"} for n in range(150)]

    assert await gateway.find_job("job_1") is None
    assert host.calls.count("GET /fine_tuning/jobs") == 2


async def test_an_uploaded_file_is_found_again_by_its_name(gateway, host, tmp_path):
    path = tmp_path / "marv.jsonl"
    path.write_text('{"messages": []}\n')

    file_id = await gateway.upload(path, "tunesmith-abc.jsonl")

    assert host.files[0]["content"] == '{"messages": []}\n'
    assert await gateway.find_file("tunesmith-abc.jsonl") == file_id
    assert await gateway.find_file("tunesmith-other.jsonl") is None


async def test_a_file_that_the_provider_rejected_is_not_used_again(gateway, host):
    host.files = [{"id": "file-1", "filename": "a.jsonl", "status": "error"}]

    assert await gateway.find_file("a.jsonl") is None


async def test_what_openai_offers_comes_from_data_and_nobody_is_asked(connect, host):
    openai = connect(OPENAI, key="k")

    offered = [model.id for model in await openai.trainable_models(date(2026, 11, 22))]

    assert "gpt-4.1-mini-2025-04-14" in offered
    assert await openai.trainable_models(date(2027, 1, 6)) == []
    assert host.calls == []


async def test_what_a_server_offers_is_what_it_lists_as_trainable(connect, host):
    host.models = [
        {"id": "smol", "trainable": True, "context_tokens": 8192, "shutdown_date": None},
        {"id": "served-only", "trainable": False},
        {"id": "ft:smol:us:marv:1"},
        {"id": "llama", "shutdown_date": "2027-01-14"},
    ]

    models = await connect(CUSTOM).trainable_models(date(2026, 11, 22))

    assert [(model.id, model.context_tokens, str(model.shutdown_on)) for model in models] == [
        ("smol", 8192, "None"),
        ("llama", None, "2027-01-14"),
    ]


async def test_a_host_of_ones_own_is_called_by_its_address(connect):
    with pytest.raises(ProviderUnavailable, match=r"^127\.0\.0\.1 doesn't answer"):
        await connect(CUSTOM, base_url="http://127.0.0.1:9/v1").retrieve_job("ftjob-1")


async def test_deleting_a_model_that_is_gone_is_no_failure(gateway, host, answers):
    host.then("DELETE /models/{id:path}", answers.refusal(404))

    await gateway.delete_model("ft:smol:us:marv:1")

    assert host.calls == ["DELETE /models/{id:path}"]


async def test_tokens_are_counted_where_the_profile_says_so(gateway, connect):
    counts = await gateway.count_tokens("smol", [{}, {}])

    assert counts.tokens == (10, 10)
    assert await connect(CUSTOM).count_tokens("smol", [{}]) is None


async def test_an_account_is_known_by_host_and_key_without_showing_either(connect):
    first, other_key, other_host = connect(key="a"), connect(key="b"), connect(base_url="http://127.0.0.1:9/v1")

    assert len({first.account, other_key.account, other_host.account}) == 3
    assert first.account == connect(key="a").account

"""Traps of single hosts, each against a server with its manners (openai-protocol.md, sections 2 and 6)."""

from datetime import date

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from storage.rows import JobStatus
from tests.tuning.conftest import QUICK
from tests.tuning.providers.mannered_host import MannerlyHost, Manners
from tests.tuning.providers.test_events import event
from tests.tuning.providers.test_gateway import JOB
from tests.tuning.scripted_host import served
from tuning.errors import ProviderConfused
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import AZURE, CUSTOM, NEBIUS, OPENAI, PROFILES, UNSLOTH

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@pytest.fixture(name="azure")
async def _azure():
    """A gateway to a host with Azure's manners, and the host."""
    host = MannerlyHost(Manners(key_header="api-key"))
    async with served(host.app()) as url:
        gateway = Gateway(AZURE, base_url=f"{url}?api-version=preview", key="az-1", patience=QUICK)
        yield gateway, host
        await gateway.close()


async def test_azure_hears_the_key_in_its_own_header_and_the_version_with_every_call(azure):
    gateway, host = azure
    created = await gateway.create_job(JOB, "file-1")
    await gateway.cancel_job(created.id)
    [_ async for _ in gateway.stream_chat("smol", [])]

    assert [headers["api-key"] for headers in host.headers] == ["az-1"] * 3
    assert all("authorization" not in headers for headers in host.headers)
    assert host.queries == [{"api-version": "preview"}] * 3
    # Azure answers 411 to a cancel that doesn't say that it has no body.
    assert host.headers[1]["content-length"] == "0"


@pytest.mark.parametrize("content", ['{"messages": []}\n', BOM + '{"messages": []}\n'])
async def test_azure_gets_one_byte_order_mark_whether_or_not_the_file_had_one(azure, tmp_path, content):
    gateway, host = azure
    path = tmp_path / "train.jsonl"
    path.write_text(content, encoding="utf-8")

    await gateway.upload(path, "train.jsonl")

    assert host.files[0]["content"] == BOM + '{"messages": []}\n'


@pytest.mark.parametrize("profile", [NEBIUS, CUSTOM])
async def test_a_host_that_never_says_processed_is_not_waited_for(connect, host, profile):
    host.files = [{"id": "file-1", "status": None}]

    assert await connect(profile, key="k").is_file_ready("file-1")
    assert host.calls == []


async def test_a_file_that_the_host_found_faulty_is_not_waited_for_either(azure):
    gateway, host = azure
    host.manners = Manners(key_header="api-key", file_statuses=("error",))

    assert await gateway.is_file_ready("file-1")


async def test_files_stay_where_a_host_deletes_none(connect, host):
    assert await connect(UNSLOTH).delete_file("file-1") is False
    assert host.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda: JSONResponse([{"id": "ftjob-1"}]), id="an array instead of an object"),
        pytest.param(lambda: PlainTextResponse("data: {}\n\n", media_type="text/event-stream"), id="a stream"),
        pytest.param(lambda: JSONResponse("ok"), id="a text"),
        pytest.param(lambda: JSONResponse({"object": "fine_tuning.job"}), id="a job without an id"),
        pytest.param(lambda: PlainTextResponse(""), id="nothing"),
    ],
)
async def test_what_breaks_the_client_s_own_reading_is_called_what_it_is(gateway, host, answer):
    host.then("GET /fine_tuning/jobs/{id}", answer)

    with pytest.raises(ProviderConfused):
        await gateway.retrieve_job("ftjob-1")


@pytest.mark.parametrize("name", PROFILES)
async def test_every_profile_offers_something_to_train_and_finds_its_own_job_again(connect, host, name):
    gateway = connect(PROFILES[name], key="k")
    host.ignores |= {"filter", *([] if gateway.profile.keeps_metadata else ["metadata"])}
    created = await gateway.create_job(JOB, "file-1")
    host.jobs.append({"id": "ftjob-other", "training_file": "file-2", "metadata": {}})

    assert await gateway.trainable_models(date(2026, 11, 22))
    assert await gateway.find_job(JOB.id, "file-1") == created
    assert created.status is JobStatus.QUEUED


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
async def test_a_redirect_is_not_followed_since_the_key_is_for_one_host(connect, host, profile):
    host.then("GET /models", lambda: RedirectResponse(f"{host.base_url}/files"))

    with pytest.raises(ProviderConfused, match="redirect"):
        await connect(profile, key="k-1").count_models()
    assert host.calls == ["GET /models"]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
async def test_only_openai_hears_of_the_organization_in_the_environment(monkeypatch, profile):
    host = MannerlyHost(Manners(key_header=profile.key_header or "authorization"))
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-1")
    async with served(host.app()) as url:
        gateway = Gateway(profile, base_url=url, key="az-1", patience=QUICK)
        await gateway.create_job(JOB, "file-1")
        await gateway.close()

    heard = {"openai-organization", "openai-project"} & set(host.headers[-1].keys())
    assert bool(heard) == (profile.name == "openai")


@pytest.mark.parametrize(("profile", "is_oldest_first"), [(OPENAI, False), (NEBIUS, True)])
async def test_events_of_one_second_are_put_in_order_by_the_host_s_habit(connect, host, profile, is_oldest_first):
    host.is_oldest_first = is_oldest_first
    host.events["ftjob-1"] = [event(number, 1) for number in range(5)]

    events = await connect(profile, key="k").events("ftjob-1")

    assert [one.id for one in events] == ["e0", "e1", "e2", "e3", "e4"]

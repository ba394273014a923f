from collections.abc import Callable, Iterator

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, jsonl, start_trainer, supervised, trained, upload

ROWS = jsonl(chat_rows(10))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTrainer]:
    trainer = start_trainer(tmp_path_factory.mktemp("guarded"), "--model", "tiny", "--admin-key", "sk-admin")
    yield trainer
    trainer.stop()


@pytest.fixture
def admin(guarded: RunningTrainer) -> Iterator[OpenAI]:
    with OpenAI(
        base_url=guarded.url, api_key="none", admin_api_key="sk-admin", max_retries=0, _strict_response_validation=True
    ) as client:
        yield client


@pytest.fixture
def member(guarded: RunningTrainer, admin: OpenAI) -> Iterator[Callable[[str], OpenAI]]:
    """Gives the client of a project's new key."""
    clients: list[OpenAI] = []

    def client_of(project_id: str, **options: object) -> OpenAI:
        account = admin.admin.organization.projects.service_accounts.create(project_id, name="bot")
        client = OpenAI(
            base_url=guarded.url,
            api_key=account.api_key.value,
            max_retries=0,
            _strict_response_validation=True,
            **options,
        )
        clients.append(client)
        return client

    yield client_of
    for client in clients:
        client.close()


def new_project(admin: OpenAI, name: str = "one") -> str:
    return admin.admin.organization.projects.create(name=name).id


def test_nothing_of_one_project_is_seen_or_used_by_another(admin: OpenAI, member: Callable[[str], OpenAI]) -> None:
    ours, theirs = member(new_project(admin)), member(new_project(admin))
    job = trained(ours, ROWS, method=supervised(n_epochs=1))
    assert theirs.files.list().data == theirs.fine_tuning.jobs.list().data == []
    assert [model.id for model in theirs.models.list()] == ["tiny-random"]
    for ask in (
        lambda: theirs.files.content(job.training_file),
        lambda: theirs.files.content(job.result_files[0]),
        lambda: theirs.fine_tuning.jobs.retrieve(job.id),
        lambda: theirs.fine_tuning.jobs.list_events(job.id),
        lambda: theirs.fine_tuning.jobs.checkpoints.list(job.id),
        lambda: theirs.models.delete(job.fine_tuned_model),
        lambda: theirs.completions.create(model=job.fine_tuned_model, prompt="a"),
        lambda: theirs.completions.create(model=f"{job.fine_tuned_model}:ckpt-step-5", prompt="a"),
    ):
        with pytest.raises(openai.NotFoundError):
            ask()
    with pytest.raises(openai.BadRequestError, match="does not exist"):
        theirs.fine_tuning.jobs.create(model="tiny-random", training_file=job.training_file)
    assert ours.completions.create(model=job.fine_tuned_model, prompt="a", max_tokens=1).choices


def test_a_foreign_cursor_is_no_cursor(admin: OpenAI, member: Callable[[str], OpenAI]) -> None:
    ours, theirs = member(new_project(admin)), member(new_project(admin))
    with pytest.raises(openai.BadRequestError, match="names no object of this list"):
        theirs.files.list(after=upload(ours, ROWS))


def test_a_key_is_shown_once_and_works_until_it_is_deleted_or_its_project_archived(
    admin: OpenAI, member: Callable[[str], OpenAI]
) -> None:
    projects = admin.admin.organization.projects
    project_id = new_project(admin, "short-lived")
    client = member(project_id)
    key = projects.api_keys.list(project_id).data[0]
    assert client.api_key not in str(key.model_dump())
    assert key.redacted_value.endswith(client.api_key[-4:])
    assert projects.api_keys.retrieve(key.id, project_id=project_id) == key
    assert client.models.list().data
    assert projects.api_keys.delete(key.id, project_id=project_id).deleted
    with pytest.raises(openai.AuthenticationError) as refused:
        client.models.list()
    assert refused.value.code == "invalid_api_key"
    another = member(project_id)
    assert projects.archive(project_id).status == "archived"
    with pytest.raises(openai.AuthenticationError):
        another.models.list()
    assert project_id not in [project.id for project in projects.list()]
    assert project_id in [project.id for project in projects.list(include_archived=True)]
    assert projects.update("proj_default", name="Ours").name == projects.retrieve("proj_default").name == "Ours"


def test_the_admin_api_wants_its_own_key(admin: OpenAI, member: Callable[[str], OpenAI], client: OpenAI) -> None:
    ordinary = member("proj_default")
    for key in (ordinary.api_key, "sk-wrong"):
        stranger = ordinary.with_options(admin_api_key=key)
        with pytest.raises(openai.AuthenticationError, match="--admin-key"):
            stranger.admin.organization.projects.list()
    with pytest.raises(openai.AuthenticationError, match="--admin-key"):
        client.with_options(admin_api_key="any").admin.organization.projects.list()
    with pytest.raises(openai.NotFoundError):
        admin.admin.organization.projects.retrieve("proj_nowhere")


def test_a_request_for_another_project_than_the_keys_is_refused(admin: OpenAI, member: Callable[..., OpenAI]) -> None:
    with pytest.raises(openai.AuthenticationError, match="belongs to project") as refused:
        member(new_project(admin), project="proj_default").models.list()
    assert refused.value.code == "mismatched_project"


def test_a_projects_limit_is_told_in_headers_and_refuses_what_is_beyond(
    admin: OpenAI, member: Callable[[str], OpenAI]
) -> None:
    limits = admin.admin.organization.projects.rate_limits
    project_id = new_project(admin)
    client, other = member(project_id), member(new_project(admin))
    changed = limits.update_rate_limit("rl-tiny-random", project_id=project_id, max_requests_per_1_minute=2)
    assert (changed.max_requests_per_1_minute, changed.max_tokens_per_1_minute) == (2, 10_000_000)
    assert limits.list_rate_limits(project_id).data == [changed]
    ask = {"model": "tiny-random", "prompt": "abc", "max_tokens": 2}
    headers = client.completions.with_raw_response.create(**ask).headers
    assert (headers["x-ratelimit-limit-requests"], headers["x-ratelimit-remaining-requests"]) == ("2", "1")
    assert headers["x-ratelimit-remaining-tokens"] == str(10_000_000 - 5)
    client.completions.create(**ask)
    with pytest.raises(openai.RateLimitError, match="2 requests per minute") as refused:
        client.completions.create(**ask)
    assert (refused.value.code, refused.value.type) == ("rate_limit_exceeded", "requests")
    assert 0 < int(refused.value.response.headers["retry-after"]) <= 60
    assert other.completions.create(**ask).choices


def test_a_service_account_is_listed_until_it_is_deleted_with_its_key(
    guarded: RunningTrainer, admin: OpenAI, member: Callable[[str], OpenAI]
) -> None:
    project_id, other_id = new_project(admin), new_project(admin)
    accounts = admin.admin.organization.projects.service_accounts
    first, second = (accounts.create(project_id, name=name) for name in ("one", "two"))
    with OpenAI(base_url=guarded.url, api_key=first.api_key.value, max_retries=0) as client:
        client.models.list()
        assert [account.name for account in accounts.list(project_id)] == ["two", "one"]
        assert accounts.retrieve(first.id, project_id=project_id).role == "member"
        for ask in (accounts.retrieve, accounts.delete):
            with pytest.raises(openai.NotFoundError):
                ask(first.id, project_id=other_id)

        assert accounts.delete(first.id, project_id=project_id).deleted

        assert [account.id for account in accounts.list(project_id)] == [second.id]
        keys = admin.admin.organization.projects.api_keys.list(project_id)
        assert [key.id for key in keys] == [second.api_key.id]
        with pytest.raises(openai.AuthenticationError):
            client.models.list()

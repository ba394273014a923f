"""What time alone changes, with a clock that the test holds."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import openai
import pytest
from httpx2 import ASGITransport
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

from tests.trainer.driving import chat_rows, jsonl
from trainer.backends.embedded import Embedded
from trainer.engine.bases import BASES
from trainer.server import Settings, build
from trainer.store import Store

ROWS = jsonl(chat_rows(10))


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(tmp_path: Path, clock: Clock) -> AsyncIterator[AsyncOpenAI]:
    numbers = count()
    store = Store(tmp_path, clock, lambda: f"{next(numbers):024x}")
    backends = {"tiny-random": Embedded(BASES["tiny-random"])}
    app = build(Settings(backends, store, lambda: 1, None, "sk-admin", lambda: None))
    http_client = DefaultAsyncHttpx2Client(transport=ASGITransport(app))
    options = {"base_url": "http://trainer/v1", "admin_api_key": "sk-admin", "max_retries": 0}
    async with AsyncOpenAI(api_key="none", http_client=http_client, **options) as admin:
        account = await admin.admin.organization.projects.service_accounts.create(
            "proj_default", name="bot", expires_in_seconds=100_000
        )
        yield admin.with_options(api_key=account.api_key.value)
    store.close()


async def test_a_file_goes_away_when_its_time_is_over(client: AsyncOpenAI, clock: Clock, tmp_path: Path) -> None:
    expiry = {"anchor": "created_at", "seconds": 3600}
    file = await client.files.create(file=("a.jsonl", ROWS), purpose="fine-tune", expires_after=expiry)
    kept = await client.files.create(file=("b.jsonl", ROWS), purpose="fine-tune")
    assert file.expires_at == clock.now + 3600
    clock.now += 3599
    assert await client.files.retrieve(file.id) == file
    clock.now += 1
    with pytest.raises(openai.NotFoundError):
        await client.files.retrieve(file.id)
    with pytest.raises(openai.BadRequestError, match="does not exist"):
        await client.fine_tuning.jobs.create(model="tiny-random", training_file=file.id)
    assert [each.id for each in (await client.files.list()).data] == [kept.id]
    assert [path.name for path in (tmp_path / "files").iterdir()] == [kept.id]


async def test_an_upload_that_is_not_completed_within_an_hour_is_forgotten(
    client: AsyncOpenAI, clock: Clock, tmp_path: Path
) -> None:
    upload = await client.uploads.create(bytes=9, filename="a", mime_type="text/jsonl", purpose="fine-tune")
    part = await client.uploads.parts.create(upload.id, data=b"123456789")
    clock.now += 3600
    with pytest.raises(openai.BadRequestError, match="is expired"):
        await client.uploads.complete(upload.id, part_ids=[part.id])
    assert list((tmp_path / "uploads").iterdir()) == []


async def test_a_key_expires(client: AsyncOpenAI, clock: Clock) -> None:
    clock.now += 99_999
    assert (await client.models.list()).data
    clock.now += 1
    with pytest.raises(openai.AuthenticationError):
        await client.models.list()


async def test_a_limit_is_whole_again_after_a_minute(client: AsyncOpenAI, clock: Clock) -> None:
    limits = client.admin.organization.projects.rate_limits
    await limits.update_rate_limit("rl-tiny-random", project_id="proj_default", max_tokens_per_1_minute=7)
    ask = {"model": "tiny-random", "prompt": "abc", "max_tokens": 2}
    await client.completions.create(**ask)
    with pytest.raises(openai.RateLimitError, match="7 tokens per minute"):
        await client.completions.create(**ask)
    clock.now += 60
    await client.completions.create(**ask)

"""What a job or a request gets when the machine has no more to give: memory, disk, or patience for a body."""

import resource
from collections.abc import Callable, Iterator

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import (
    RunningTrainer,
    chat_rows,
    ended,
    events_of,
    jsonl,
    steps_of,
    supervised,
    trained,
    upload,
)
from trainer.body_limits import FILE_BYTES, MEBIBYTE, PART_BYTES, limit_bytes

ROWS = jsonl(chat_rows(12))


def test_a_job_that_would_not_fit_into_memory_is_refused_before_its_first_step(
    started: Callable[..., RunningTrainer],
) -> None:
    rows = chat_rows(12)
    rows[6]["messages"][1]["content"] = "why " * 200
    with started("--model", "tiny", "--memory-mb", "80").client() as client:
        job = trained(client, jsonl(rows))
        assert job.error.code == "insufficient_memory"
        assert "line 7 of the training file, has 856 tokens" in job.error.message
        assert steps_of(client, job.id) == []
        assert events_of(client, job.id)[-1].message == job.error.message


def test_a_checkpoint_that_cannot_be_written_ends_the_job_and_serves_nothing_half_written(
    client: OpenAI, tiny_trainer: RunningTrainer
) -> None:
    options = {"model": "tiny-random", "method": supervised(n_epochs=50)}
    job = client.fine_tuning.jobs.create(training_file=upload(client, ROWS), **options)
    while (process_id := tiny_trainer.training_process()) is None:
        pass
    resource.prlimit(process_id, resource.RLIMIT_FSIZE, (20_000, 20_000))
    job = ended(client, job.id)
    assert (job.status, job.error.code) == ("failed", "insufficient_storage")
    assert "could not be written: File too large" in job.error.message
    n_checkpoints = len(list(client.fine_tuning.jobs.checkpoints.list(job.id)))
    assert n_checkpoints == len(list((tiny_trainer.data / "jobs" / job.id).glob("step-*.npy")))
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve(f"ft:tiny-random:tunesmith::{job.id[-8:]}")


def test_an_upload_that_finds_no_room_is_refused_and_leaves_nothing_behind(
    started: Callable[..., RunningTrainer],
) -> None:
    trainer = started("--model", "tiny")
    limits = resource.prlimit(trainer.process.pid, resource.RLIMIT_FSIZE)
    with trainer.client() as client:
        upload(client, ROWS)
        resource.prlimit(trainer.process.pid, resource.RLIMIT_FSIZE, (300_000, limits[1]))
        with pytest.raises(openai.InternalServerError, match="Free space for its data folder") as refused:
            upload(client, ROWS * 300)
        resource.prlimit(trainer.process.pid, resource.RLIMIT_FSIZE, limits)
        assert (refused.value.status_code, refused.value.code) == (507, "insufficient_storage")
        assert len(client.files.list().data) == len(list((trainer.data / "files").iterdir())) == 1


def chunks(n_bytes: int) -> Iterator[bytes]:
    return (b" " * MEBIBYTE for _ in range(n_bytes // MEBIBYTE))


def test_a_body_without_a_length_is_read_and_counted(client: OpenAI) -> None:
    body = iter([b'{"model": "tiny-random", "prompt": "a', b'bc", "max_tokens": 2}'])
    answer = client.post(
        "/completions", content=body, cast_to=object, options={"headers": {"content-type": "application/json"}}
    )
    assert answer["usage"]["prompt_tokens"] == 3
    with pytest.raises(openai.APIStatusError, match="at most 16,777,216 bytes") as refused:
        client.post("/completions", content=chunks(18 * MEBIBYTE), cast_to=object)
    assert (refused.value.status_code, refused.value.code) == (413, "request_too_large")


def test_a_body_that_says_it_is_too_large_is_refused_by_that(client: OpenAI) -> None:
    with pytest.raises(openai.APIStatusError, match="17,825,792 bytes") as refused:
        client.post("/completions", content=b" " * 17 * MEBIBYTE, cast_to=object)
    assert refused.value.status_code == 413


@pytest.mark.parametrize(
    ("path", "n_bytes"),
    [("/v1/files", FILE_BYTES), ("/v1/uploads/upload_1/parts", PART_BYTES), ("/v1/uploads", 16 * MEBIBYTE)],
)
def test_files_and_parts_may_be_as_large_as_openais(path: str, n_bytes: int) -> None:
    assert n_bytes <= limit_bytes(path) <= n_bytes + MEBIBYTE

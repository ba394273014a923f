"""A server whose jobs are trained elsewhere lets several of them train at the same time."""

from collections.abc import Callable

from tests.trainer.driving import (
    RunningTrainer,
    chat_rows,
    ended,
    jsonl,
    status_of,
    steps_of,
    supervised,
    until,
    upload,
)

SLOW = jsonl(chat_rows(12, "It is {}. " + "Obviously. " * 60))


def test_as_many_jobs_as_allowed_train_together_and_the_next_waits_for_a_place(
    started: Callable[..., RunningTrainer],
) -> None:
    with started("--model", "tiny", "--jobs-at-once", "2").client() as client:
        file_id, create = upload(client, SLOW), client.fine_tuning.jobs.create
        first, second, third = [
            create(model="tiny-random", training_file=file_id, method=supervised(n_epochs=n_epochs, batch_size=4)).id
            for n_epochs in (50, 50, 2)
        ]
        until(client, first, "running")
        until(client, second, "running")
        assert status_of(client, first) == "running"
        assert status_of(client, third) in {"validating_files", "queued"}
        client.fine_tuning.jobs.cancel(first)
        until(client, third, "running")
        assert status_of(client, second) == "running"
        client.fine_tuning.jobs.cancel(second)
        assert ended(client, third).status == "succeeded"
        assert steps_of(client, third) == list(range(1, 7))

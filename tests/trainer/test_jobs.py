import csv
import io

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import (
    WAITING,
    RunningTrainer,
    chat_rows,
    ended,
    events_of,
    jsonl,
    losses_of,
    prompt_rows,
    supervised,
    trained,
    upload,
)

SLOW = {"n_epochs": 50, "batch_size": 1}
"""Six hundred steps over twelve examples: long enough to be met in the middle."""


def test_a_job_trains_a_model_and_tells_its_story_in_order(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(12)), validation_file=upload(client, jsonl(chat_rows(3))), seed=7)
    assert job.status == "succeeded"
    told = [event.message.split(":")[0].split("=")[0] for event in events_of(client, job.id) if event.type == "message"]
    assert told == [
        "Created fine-tuning job",
        "Validating training file",
        "Files validated, moving job to queued state",
        "Fine-tuning job started",
        *(f"Checkpoint created at step {6 * epoch}" for epoch in range(1, 6)),
        "New fine-tuned model created",
        "The job has successfully completed",
    ]


def test_every_step_reports_its_figures_and_every_epoch_those_of_the_validation_file(client: OpenAI) -> None:
    job = trained(
        client,
        jsonl(chat_rows(12)),
        validation_file=upload(client, jsonl(chat_rows(3))),
        method=supervised(n_epochs=2, batch_size=4),
    )
    steps = [event.data for event in events_of(client, job.id) if event.type == "metrics"]
    assert [step["step"] for step in steps] == [1, 2, 3, 4, 5, 6]
    assert {step["total_steps"] for step in steps} == {6}
    assert [step["step"] for step in steps if "full_valid_loss" in step] == [3, 6]
    assert steps[-1]["train_loss"] < steps[0]["train_loss"]
    assert all(0 <= step["train_mean_token_accuracy"] <= 1 for step in steps)


def test_a_finished_job_carries_what_a_client_needs_to_know(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(12)), suffix="Dry Humour", seed=3, metadata={"run": "42"})
    assert job.fine_tuned_model == f"ft:tiny-random:tunesmith:dry-humour:{job.id[-8:]}"
    assert job.model_extra["user_provided_suffix"] == "Dry Humour"
    assert (job.seed, job.metadata, job.error, job.estimated_finish) == (3, {"run": "42"}, None, None)
    assert job.hyperparameters.model_dump() == {"n_epochs": 5, "batch_size": 2, "learning_rate_multiplier": 1.0}
    assert job.method.supervised.hyperparameters.n_epochs == 5
    assert job.finished_at >= job.created_at


def test_the_trained_tokens_are_the_files_tokens_times_the_epochs(client: OpenAI) -> None:
    rows = chat_rows(12)
    counted = client.post("/token_counts", body={"model": "tiny-random", "examples": rows}, cast_to=dict[str, object])
    job = trained(client, jsonl(rows), method=supervised(n_epochs=2))
    assert job.trained_tokens == 2 * sum(counted["tokens"])


def test_the_result_file_holds_every_step_as_csv(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(12)), validation_file=upload(client, jsonl(chat_rows(2))))
    rows = list(csv.DictReader(io.StringIO(client.files.content(job.result_files[0]).text)))
    assert [float(row["train_loss"]) for row in rows] == losses_of(client, job.id)
    assert [row["step"] for row in rows if row["full_valid_loss"]] == ["6", "12", "18", "24", "30"]
    assert client.files.retrieve(job.result_files[0]).purpose == "fine-tune-results"


def test_from_twenty_examples_on_auto_means_three_epochs_of_four_examples_a_step(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(20)))
    assert job.hyperparameters.model_dump() == {"n_epochs": 3, "batch_size": 4, "learning_rate_multiplier": 1.0}


def test_the_older_place_of_hyperparameters_is_honoured(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(10)), hyperparameters={"n_epochs": 1, "learning_rate_multiplier": 0.5})
    assert job.hyperparameters.model_dump() == {"n_epochs": 1, "batch_size": 2, "learning_rate_multiplier": 0.5}


def test_prompts_and_completions_are_trained_and_asked_as_plain_text(client: OpenAI) -> None:
    job = trained(client, jsonl(prompt_rows(12)))
    answer = client.completions.create(model=job.fine_tuned_model, prompt="3 plus 1 ->", max_tokens=4, stop=" END")
    assert job.status == "succeeded"
    assert " END" not in answer.choices[0].text


def test_every_checkpoint_can_be_asked_and_names_its_figures(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(12)), method=supervised(n_epochs=3))
    checkpoints = list(client.fine_tuning.jobs.checkpoints.list(job.id, limit=1))
    assert [checkpoint.step_number for checkpoint in checkpoints] == [18, 12, 6]
    assert [checkpoint.metrics.train_loss for checkpoint in checkpoints] == [
        losses_of(client, job.id)[step - 1] for step in (18, 12, 6)
    ]
    for checkpoint in checkpoints:
        model = checkpoint.fine_tuned_model_checkpoint
        assert model == f"{job.fine_tuned_model}:ckpt-step-{checkpoint.step_number}"
        assert client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "Hi"}], max_tokens=2
        ).choices


def test_a_job_can_go_on_from_a_tuned_model(client: OpenAI) -> None:
    rows = jsonl(chat_rows(12))
    first = trained(client, rows)
    second = trained(client, rows, model=first.fine_tuned_model, suffix="more")
    assert second.fine_tuned_model.startswith("ft:tiny-random:tunesmith:more:")
    assert losses_of(client, second.id)[0] < losses_of(client, first.id)[0] / 1.5


def test_the_same_seed_gives_the_same_adapter_and_another_seed_another(
    client: OpenAI, tiny_trainer: RunningTrainer
) -> None:
    rows = jsonl(chat_rows(12))
    jobs = [trained(client, rows, seed=seed) for seed in (1, 1, 2)]
    one, same, other = [(tiny_trainer.data / "jobs" / job.id / "step-30.npy").read_bytes() for job in jobs]
    assert one == same
    assert one != other


def test_events_are_paged_from_the_newest_to_the_oldest(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(12)))
    first = client.fine_tuning.jobs.list_events(job.id)
    assert len(first.data) == 20
    assert first.has_more
    assert first.data[0].message == "The job has successfully completed"
    everything = [event.id for event in client.fine_tuning.jobs.list_events(job.id, limit=7)]
    assert len(everything) == len(set(everything)) == 4 + 30 + 5 + 2


def test_jobs_are_found_by_their_metadata(client: OpenAI) -> None:
    training_file = upload(client, jsonl(chat_rows(10)))
    create = client.fine_tuning.jobs.create
    wanted = create(model="tiny-random", training_file=training_file, metadata={"request": "a.b c", "team": "x"})
    create(model="tiny-random", training_file=training_file, metadata={"request": "other", "team": "x"})
    found = client.fine_tuning.jobs.list(metadata={"request": "a.b c", "team": "x"})
    assert [job.id for job in found.data] == [wanted.id]
    assert client.fine_tuning.jobs.list(limit=1).has_more


def test_the_first_step_is_told_while_training_goes_on(client: OpenAI) -> None:
    training_file = upload(client, jsonl(chat_rows(12)))
    created = client.fine_tuning.jobs.create(
        model="tiny-random", training_file=training_file, method=supervised(**SLOW)
    )
    job = created
    while job.estimated_finish is None:
        job = client.fine_tuning.jobs.retrieve(job.id, extra_headers=WAITING)
    assert job.status == "running"
    assert any(event.message.startswith("Step 1/600:") for event in events_of(client, job.id))
    client.fine_tuning.jobs.cancel(job.id)


def test_a_cancelled_job_stops_and_leaves_the_queue_to_the_next(client: OpenAI) -> None:
    training_file = upload(client, jsonl(chat_rows(12)))
    create = client.fine_tuning.jobs.create
    long = create(model="tiny-random", training_file=training_file, method=supervised(**SLOW))
    waiting = create(model="tiny-random", training_file=training_file)
    unwanted = create(model="tiny-random", training_file=training_file)
    assert client.fine_tuning.jobs.cancel(unwanted.id).status == "cancelled"
    assert client.fine_tuning.jobs.cancel(long.id).status == "cancelled"
    assert ended(client, waiting.id).status == "succeeded"
    job = client.fine_tuning.jobs.retrieve(long.id)
    assert (job.status, job.fine_tuned_model) == ("cancelled", None)
    assert events_of(client, long.id)[-1].message == f"Fine-tuning job {long.id} has been cancelled"


def test_a_job_that_has_ended_cannot_be_cancelled(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(10)))
    with pytest.raises(openai.BadRequestError, match="already completed") as refused:
        client.fine_tuning.jobs.cancel(job.id)
    assert refused.value.code == "invalid_job_status"


def test_a_loss_that_is_not_a_number_fails_the_job_with_advice(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(12)), hyperparameters={"learning_rate_multiplier": 1e30})
    assert job.status == "failed"
    assert job.error.code == "loss_is_not_a_number"
    assert "smaller learning_rate_multiplier" in job.error.message
    assert events_of(client, job.id)[-1].level == "error"


def test_examples_that_are_too_long_are_cut_and_the_job_says_so(client: OpenAI) -> None:
    rows = chat_rows(12)
    rows[3]["messages"][1]["content"] = "long " * 400
    rows[5]["messages"].append({"role": "assistant", "content": "And on and on. " * 100})
    job = trained(client, jsonl(rows), method=supervised(n_epochs=1))
    warnings = [event.message for event in events_of(client, job.id) if event.level == "warn"]
    assert job.status == "succeeded"
    assert warnings == ["2 example(s) are longer than 1024 tokens and were truncated."]

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import (
    chat_rows,
    dpo,
    ended,
    events_of,
    jsonl,
    preference_rows,
    supervised,
    trained,
    upload,
)


@pytest.mark.parametrize(
    ("number", "line", "sentence"),
    [
        pytest.param(3, b'{"messages": [', "Example 3 cannot be parsed. Error: line contains invalid json", id="cut"),
        pytest.param(2, b"[1]", "Example 2 cannot be parsed. Error: line is not a JSON dictionary", id="no object"),
        pytest.param(4, b'{"a": "\xff"}', "Example 4 cannot be parsed. Error: line is not UTF-8", id="not UTF-8"),
        pytest.param(2, b'{"text": "x"}', "expected either prompt/completion pairs or chat messages", id="neither"),
        pytest.param(
            5,
            b'{"messages": [{"role": "user", "content": "a"}, {"content": "b"}]}',
            "Example 5, message 2 is missing key 'role'",
            id="no role",
        ),
        pytest.param(
            2,
            b'{"messages": [{"role": "wizard", "content": "a"}]}',
            "Example 2, message 1, 'messages[0].role'",
            id="unknown role",
        ),
        pytest.param(
            2,
            b'{"messages": [{"role": "assistant", "content": null}]}',
            "Example 2, message 1, 'messages[0].content'",
            id="no content",
        ),
        pytest.param(
            6,
            b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 0}]}',
            "Example 6 has no assistant message to learn from",
            id="nothing to learn",
        ),
        pytest.param(7, b'{"prompt": "a", "completion": "b"}', "Example 7 is in another format", id="mixed"),
        pytest.param(
            3,
            b'{"messages": [{"role": "tool", "content": "5"}, {"role": "assistant", "content": "b"}]}',
            "Example 3, message 1, 'messages[0].tool_call_id'",
            id="a result of no call",
        ),
        pytest.param(
            1,
            b'{"input": {"messages": [{"role": "user"}]}, "preferred_output": [], "non_preferred_output": []}',
            "Example 1, message 1, 'input.messages[0].content'",
            id="preference",
        ),
        pytest.param(
            2,
            b'{"messages": [{"role": "assistant", "content": "\\ud83d"}]}',
            "Example 2, message 1, 'messages[0].content'",
            id="half a surrogate pair",
        ),
    ],
)
def test_a_broken_line_fails_the_job_with_the_examples_number(
    client: OpenAI, number: int, line: bytes, sentence: str
) -> None:
    lines = jsonl(chat_rows(12)).splitlines(keepends=True)
    lines[number - 1] = line + b"\n"
    job = trained(client, b"".join(lines))
    assert job.status == "failed"
    assert (job.error.code, job.error.param) == ("invalid_training_file", "training_file")
    assert sentence in job.error.message
    assert events_of(client, job.id)[-1].message == job.error.message


def test_blank_lines_do_not_count_as_examples_but_as_lines(client: OpenAI) -> None:
    job = trained(client, b"\n\n".join(jsonl(chat_rows(12)).splitlines()) + b"\n\n{oops}\n")
    assert "Example 13 cannot be parsed" in job.error.message
    assert "(line 25)" in job.error.message


def test_blanks_of_every_kind_between_the_parts_of_a_line_are_no_fault(client: OpenAI) -> None:
    rows = jsonl(chat_rows(10)).replace(b": [", b":\r[").replace(b"\n", b"\r\n")
    assert trained(client, b"\xef\xbb\xbf" + rows, method=supervised(n_epochs=1)).status == "succeeded"


@pytest.mark.parametrize(
    ("rows", "method", "sentence"),
    [
        (chat_rows(10), "dpo", "fine-tune-chat format, but the specified fine-tuning job is not using 'supervised'"),
        (preference_rows(10), "supervised", "fine-tune-preference format, but the specified fine-tuning job is not"),
    ],
)
def test_a_file_in_another_methods_format_is_told(
    client: OpenAI, rows: list[dict[str, object]], method: str, sentence: str
) -> None:
    job = trained(client, jsonl(rows), method={"type": method})
    assert job.error.code == "invalid_training_file"
    assert sentence in job.error.message


def test_fewer_than_ten_examples_are_too_few_to_train_on(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(9)))
    assert job.error.code == "invalid_n_examples"
    assert job.error.message == "Training file has 9 example(s), but must have at least 10 examples"


def test_a_broken_validation_file_is_told_apart_from_the_training_file(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(10)), validation_file=upload(client, b'{"messages": []}\n'))
    assert (job.error.code, job.error.param) == ("invalid_training_file", "validation_file")


def test_an_unknown_model_is_refused_before_anything_starts(client: OpenAI) -> None:
    training_file = upload(client, jsonl(chat_rows(10)))
    with pytest.raises(openai.NotFoundError) as refused:
        client.fine_tuning.jobs.create(model="gpt-4.1-mini", training_file=training_file)
    assert (refused.value.code, refused.value.param) == ("model_not_found", "model")


def test_a_file_that_does_not_exist_is_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="'file-nowhere' does not exist") as refused:
        client.fine_tuning.jobs.create(model="tiny-random", training_file="file-nowhere")
    assert refused.value.param == "training_file"


def test_a_file_for_another_purpose_is_refused(client: OpenAI) -> None:
    file = client.files.create(file=("notes.txt", b"hello"), purpose="user_data")
    with pytest.raises(openai.BadRequestError, match="purpose 'user_data'") as refused:
        client.fine_tuning.jobs.create(model="tiny-random", training_file=file.id)
    assert refused.value.code == "invalid_file_purpose"


def test_a_file_deleted_before_training_fails_the_job(client: OpenAI) -> None:
    slow = upload(client, jsonl(chat_rows(12)))
    create = client.fine_tuning.jobs.create
    running = create(model="tiny-random", training_file=slow, method=supervised(n_epochs=50, batch_size=1))
    doomed = upload(client, jsonl(chat_rows(10)))
    waiting = create(model="tiny-random", training_file=doomed)
    client.files.delete(doomed)
    client.fine_tuning.jobs.cancel(running.id)
    job = ended(client, waiting.id)
    assert job.status == "failed"
    assert "deleted" in job.error.message


def test_going_on_from_a_deleted_model_is_refused(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(10)))
    client.models.delete(job.fine_tuned_model)
    with pytest.raises(openai.NotFoundError):
        client.fine_tuning.jobs.create(model=job.fine_tuned_model, training_file=job.training_file)


@pytest.mark.parametrize(
    ("arguments", "param"),
    [
        pytest.param({"method": {"type": "reinforcement"}}, "method.type", id="reinforcement"),
        pytest.param({"method": dpo(beta=3)}, "method.dpo.hyperparameters.beta", id="beta"),
        pytest.param({"hyperparameters": {"n_epochs": 51}}, "hyperparameters.n_epochs", id="too many epochs"),
        pytest.param({"method": supervised(batch_size=0)}, "method.supervised.hyperparameters.batch_size", id="batch"),
        pytest.param({"suffix": "x" * 65}, "suffix", id="long suffix"),
        pytest.param({"seed": -1}, "seed", id="negative seed"),
        pytest.param({"metadata": {"k": "v" * 513}}, "metadata.k", id="long metadata"),
        pytest.param({"extra_body": {"color": "red"}}, "color", id="unknown argument"),
    ],
)
def test_an_argument_out_of_range_is_named(client: OpenAI, arguments: dict[str, object], param: str) -> None:
    training_file = upload(client, jsonl(chat_rows(10)))
    with pytest.raises(openai.BadRequestError) as refused:
        client.fine_tuning.jobs.create(model="tiny-random", training_file=training_file, **arguments)
    assert refused.value.param == param


def test_an_unknown_job_is_not_found(client: OpenAI) -> None:
    for ask in (client.fine_tuning.jobs.retrieve, client.fine_tuning.jobs.cancel, client.fine_tuning.jobs.list_events):
        with pytest.raises(openai.NotFoundError, match="ftjob-nowhere"):
            ask("ftjob-nowhere")

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, jsonl, supervised, trained


def test_the_base_tells_a_client_what_it_can_do(client: OpenAI) -> None:
    base = client.models.retrieve("tiny-random")
    assert base.model_dump()["shutdown_date"] is None
    assert base.model_extra == {
        "trainable": True,
        "kind": "base",
        "base": "tiny-random",
        "context_tokens": 1024,
        "languages": [],
        "licence": "Apache-2.0",
    }


def test_a_tuned_model_is_listed_until_it_is_deleted_with_its_checkpoints_and_bytes(
    client: OpenAI, tiny_trainer: RunningTrainer
) -> None:
    job = trained(client, jsonl(chat_rows(12)), method=supervised(n_epochs=2))
    model_id, checkpoint_id = job.fine_tuned_model, f"{job.fine_tuned_model}:ckpt-step-6"
    adapters = tiny_trainer.data / "jobs" / job.id
    assert model_id in [model.id for model in client.models.list()]
    assert client.models.retrieve(model_id).model_extra["fine_tuning_job_id"] == job.id
    assert client.models.delete(model_id).deleted
    assert model_id not in [model.id for model in client.models.list()]
    for gone in (model_id, checkpoint_id):
        with pytest.raises(openai.NotFoundError) as refused:
            client.models.retrieve(gone)
        assert refused.value.code == "model_not_found"
    assert list(adapters.glob("step-*.npy")) == []


def test_deleting_a_checkpoint_leaves_the_model_that_shares_its_adapter(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(12)), method=supervised(n_epochs=1))
    client.models.delete(f"{job.fine_tuned_model}:ckpt-step-6")
    answer = client.chat.completions.create(
        model=job.fine_tuned_model, messages=[{"role": "user", "content": "Hi"}], max_tokens=1
    )
    assert answer.choices[0].message.role == "assistant"


def test_a_base_cannot_be_deleted(client: OpenAI) -> None:
    with pytest.raises(openai.PermissionDeniedError, match="base model"):
        client.models.delete("tiny-random")

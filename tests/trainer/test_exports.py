"""What is taken away is the model that answers here."""

import hashlib
import io
import json
import struct
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, jsonl, supervised, trained
from trainer.engine.attention import Rotation
from trainer.engine.checkpoints import load_adapter
from trainer.engine.export import unpermuted
from trainer.engine.gguf import GgufFile
from trainer.engine.lora import Adapter
from trainer.engine.tiny import TINY, tiny_llama

ROWS = jsonl(chat_rows(10))


@pytest.fixture(scope="module")
def model(tiny_trainer: RunningTrainer) -> tuple[str, Adapter]:
    with tiny_trainer.client() as client:
        job = trained(client, ROWS, method=supervised(n_epochs=1), seed=9)
    return job.fine_tuned_model, load_adapter(tiny_trainer.data / "jobs" / job.id / "step-5.npy", TINY)


def exported(client: OpenAI, model_id: str, form: str) -> bytes:
    return client.get(
        f"/exports/{model_id}", cast_to=openai.HttpxBinaryResponseContent, options={"params": {"format": form}}
    ).content


def read_safetensors(content: bytes) -> dict[str, np.ndarray]:
    (size,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + size])
    header.pop("__metadata__")
    return {
        name: np.frombuffer(content, np.float16, np.prod(one["shape"], dtype=int), 8 + size + one["data_offsets"][0])
        .reshape(one["shape"])
        .astype(np.float32)
        for name, one in header.items()
    }


def permuted(rows: np.ndarray) -> np.ndarray:
    """As llama.cpp's converter permutes the rows of queries and keys."""
    halves = rows.reshape(-1, 2, TINY.head_size // 2, rows.shape[-1])
    return halves.swapaxes(1, 2).reshape(rows.shape)


def test_the_gguf_adapter_holds_each_projections_two_matrices(
    client: OpenAI, model: tuple[str, Adapter], tmp_path: Path
) -> None:
    path = tmp_path / "adapter.gguf"
    path.write_bytes(exported(client, model[0], "gguf"))
    file = GgufFile(path)
    assert (file.metadata["adapter.type"], file.metadata["adapter.lora.alpha"]) == ("lora", 16.0)
    assert len(file.names()) == 2 * 7 * TINY.n_layers
    site = model[1].layers[1].qkv
    np.testing.assert_array_equal(file.tensor("blk.1.attn_k.weight.lora_a"), site.a[:, 8:16].T)
    np.testing.assert_array_equal(file.tensor("blk.1.attn_k.weight.lora_b"), site.bs[1].T)


def test_the_merged_model_is_base_and_adapter_in_the_rows_of_transformers(
    client: OpenAI, model: tuple[str, Adapter]
) -> None:
    with ZipFile(io.BytesIO(exported(client, model[0], "merged"))) as archive:
        tensors = read_safetensors(archive.read("model.safetensors"))
        config = json.loads(archive.read("config.json"))
    assert (config["num_key_value_heads"], config["tie_word_embeddings"]) == (2, True)
    assert len(tensors) == 2 + 9 * TINY.n_layers
    site, weights = model[1].layers[0].qkv, tiny_llama().weights.layers[0]
    queries = weights.qkv[: TINY.query_width] + 2 * (site.a[:, :8] @ site.bs[0]).T
    found = permuted(tensors["model.layers.0.self_attn.q_proj.weight"])
    np.testing.assert_allclose(found, queries, atol=2e-3)


def test_the_adapter_for_peft_comes_with_its_configuration_and_the_card(
    client: OpenAI, model: tuple[str, Adapter]
) -> None:
    with ZipFile(io.BytesIO(exported(client, model[0], "adapter"))) as archive:
        tensors = read_safetensors(archive.read("adapter_model.safetensors"))
        config = json.loads(archive.read("adapter_config.json"))
        card = archive.read("README.md").decode()
    assert (config["r"], config["lora_alpha"], config["layers_to_transform"]) == (8, 16, [0, 1])
    b = tensors["base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"]
    np.testing.assert_array_equal(permuted(b), model[1].layers[0].qkv.bs[0].T)
    for told in (model[0], hashlib.sha256(ROWS).hexdigest(), '"n_epochs": 1', "license: apache-2.0", "step,train_loss"):
        assert told in card
    assert exported(client, model[0], "card").decode() == card


def test_rows_put_back_attend_with_half_rotations_as_ours_do_with_pairs() -> None:
    generator = np.random.default_rng(1)
    rows = generator.standard_normal((TINY.head_size, 8))
    x = generator.standard_normal((5, 8))
    ours = Rotation(TINY, 0, 5, np.dtype(np.float64)).turn(x @ rows.T)
    theirs = x @ unpermuted(rows, TINY.head_size).T
    half = TINY.head_size // 2
    angles = np.outer(np.arange(5), TINY.rope_frequency ** (-np.arange(half) / half))
    cos, sin = np.tile(np.cos(angles), 2), np.tile(np.sin(angles), 2)
    turned = theirs * cos + np.concatenate((-theirs[:, half:], theirs[:, :half]), axis=1) * sin
    np.testing.assert_allclose(turned @ turned.T, ours @ ours.T)


def test_a_base_and_an_unknown_format_are_refused(client: OpenAI, model: tuple[str, Adapter]) -> None:
    with pytest.raises(openai.BadRequestError, match="only tuned models"):
        exported(client, "tiny-random", "gguf")
    with pytest.raises(openai.BadRequestError, match="must be one of adapter, merged, gguf, card"):
        exported(client, model[0], "onnx")


def test_nothing_of_an_export_stays(client: OpenAI, model: tuple[str, Adapter], tiny_trainer: RunningTrainer) -> None:
    exported(client, model[0], "gguf")
    # It goes once it has been sent, which the one who receives it may be told a moment earlier.
    assert any(not list((tiny_trainer.data / "exports").iterdir()) for _ in range(200) if client.models.list())

"""The embedded engine beside transformers and peft on the same weights: `make verify-torch` runs these."""

import json
from pathlib import Path
from zipfile import ZipFile

import gguf
import numpy as np
import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from tests.trainer.verification.open_models import save_smollm2
from trainer.backends.embedded import Embedded
from trainer.engine.bases import BASES
from trainer.engine.checkpoints import load_adapter, save_adapter
from trainer.engine.examples import Example, example_from
from trainer.engine.generation import generate
from trainer.engine.llama import Llama
from trainer.engine.lora import Adapter, adapter_over, new_adapter
from trainer.engine.passes import Passes
from trainer.engine.sampling import Sampler, Sampling
from trainer.torch_engine.language import hub_language
from trainer.torch_engine.texts import foreseen

BASE = BASES["smollm2-135m"]
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def llama() -> Llama:
    return BASE.llama()


@pytest.fixture(scope="module")
def folder(llama: Llama, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_smollm2(tmp_path_factory.mktemp("models") / "smollm2", llama)


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    lines = Path("examples/marv.jsonl").read_text("utf-8").splitlines()[:20]
    return [BASE.language().encoder.encode(example_from(json.loads(line))) for line in lines]


@pytest.fixture(scope="module")
def adapter(llama: Llama, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Adapter]:
    """An adapter of which no part is zero, as its checkpoint keeps it."""
    vector = new_adapter(llama.shape, 1).vector
    vector += np.random.default_rng(2).standard_normal(len(vector)).astype(np.float32) * 0.05
    path = tmp_path_factory.mktemp("adapter") / "step-1.npy"
    save_adapter(path, adapter_over(vector, llama.shape))
    return path, load_adapter(path, llama.shape)


@pytest.fixture(scope="module")
def exported(adapter: tuple[Path, Adapter], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    Embedded(BASE).export(adapter[0], "adapter", "", folder / "adapter.zip")
    ZipFile(folder / "adapter.zip").extractall(folder / "adapter")
    return folder / "adapter"


def engine_loss(llama: Llama, adapter: Adapter, examples: list[Example]) -> float:
    passes = Passes(llama, adapter)
    loss = passes.judge(examples).mean_loss
    passes.close()
    return loss


def torch_loss(model: torch.nn.Module, examples: list[Example]) -> float:
    with torch.no_grad():
        return float(foreseen(model, examples, CPU).losses.mean())


def test_texts_have_the_same_tokens_in_both(folder: Path) -> None:
    ours, theirs = BASE.language(), hub_language(folder)
    said = [{"role": "system", "content": "Marv"}, {"role": "user", "content": "Où? 你好, 1234 <|im_end|>\n  x = 3"}]
    assert theirs.chat_prompt(said) == ours.chat_prompt(said)
    assert theirs.tokenizer.decode_bytes(ours.chat_prompt(said)).endswith(b"assistant\n")


def test_the_loss_is_that_of_transformers(llama: Llama, folder: Path, examples: list[Example]) -> None:
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    ours, theirs = engine_loss(llama, new_adapter(llama.shape, 1), examples), torch_loss(model, examples)
    print(f"\nloss of the base: {ours:.6f}, transformers {theirs:.6f}, difference {abs(ours - theirs):.1e}")
    assert abs(ours - theirs) < 1e-3


def test_an_exported_adapter_means_in_peft_what_it_means_here(
    llama: Llama, folder: Path, examples: list[Example], adapter: tuple[Path, Adapter], exported: Path
) -> None:
    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model = PeftModel.from_pretrained(base, exported).eval()
    ours, theirs = engine_loss(llama, adapter[1], examples), torch_loss(model, examples)
    print(f"\nloss with an adapter: {ours:.6f}, peft {theirs:.6f}, difference {abs(ours - theirs):.1e}")
    assert abs(ours - theirs) < 1e-3
    assert abs(ours - engine_loss(llama, new_adapter(llama.shape, 1), examples)) > 1e-2  # The adapter matters.
    tokens = examples[0].tokens[:30].tolist()
    sampling = Sampling(n_likeliest=50)
    first = next(generate(llama, tokens, adapter[1], Sampler(sampling), 1))
    with torch.no_grad():
        theirs_said = model(torch.tensor([tokens])).logits[0, -1].log_softmax(-1)
    worst = max(abs(value - float(theirs_said[token])) for token, value in first.likeliest)
    print(f"log probabilities of the 50 likeliest tokens: at most {worst:.1e} apart")
    assert worst < 1e-3


def test_gradients_are_those_of_torch(
    llama: Llama, folder: Path, examples: list[Example], adapter: tuple[Path, Adapter], exported: Path
) -> None:
    model = PeftModel.from_pretrained(
        AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32), exported, is_trainable=True
    )
    seen = foreseen(model, examples[:4], CPU)
    seen.losses.mean().backward()
    theirs = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None]).norm()
    passes = Passes(llama, adapter[1])
    _, gradient = passes.learn(examples[:4])
    passes.close()
    ours = float(np.linalg.norm(gradient))
    print(f"\nnorm of the gradient: {ours:.6f}, torch {float(theirs):.6f}")
    assert ours == pytest.approx(float(theirs), rel=1e-3)


def test_the_gguf_adapter_is_read_by_the_gguf_package(adapter: tuple[Path, Adapter], tmp_path: Path) -> None:
    path = tmp_path / "adapter.gguf"
    Embedded(BASE).export(adapter[0], "gguf", "", path)
    reader = gguf.GGUFReader(path)
    assert reader.get_field("adapter.type").contents() == "lora"
    assert reader.get_field("adapter.lora.alpha").contents() == 16.0
    found = {tensor.name: np.asarray(tensor.data, np.float32) for tensor in reader.tensors}
    assert len(found) == 15 * 7 * 2
    site = adapter[1].layers[-1].down
    last = f"blk.{BASE.shape().n_layers - 1}.ffn_down.weight"
    np.testing.assert_array_equal(found[f"{last}.lora_a"], site.a.T)
    np.testing.assert_array_equal(found[f"{last}.lora_b"], site.bs[0].T)


@pytest.fixture(autouse=True)
def _all_cores() -> None:
    torch.set_num_threads(2)

"""Training by the embedded engine beside transformers + peft on the same weights: `make bench-extras`.

Both train the same examples in the same batches with adapters of rank 8 on every projection, at one thread of BLAS
each, and take turns, so that what else the machine does meets both. CPU seconds count; loading does not.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from trainer.process import ONE_THREAD

os.environ.update(ONE_THREAD)  # Before numpy and torch are imported, which read it once.

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from tests.trainer.verification.open_models import save_smollm2
from trainer.engine.bases import BASES
from trainer.engine.batches import batches_of
from trainer.engine.embedded_learner import EmbeddedLearner
from trainer.engine.examples import Example, example_from
from trainer.engine.learner import Recipe
from trainer.engine.lora import ADAPTED_LAYERS, ALPHA, RANK
from trainer.torch_engine.texts import foreseen

N_EXAMPLES = 16
N_EPOCHS = 3
BATCH = 4
PUBLISHED = 68
"""Tokens a CPU second that trainer.md's measurements give transformers + peft on all layers; on another day."""


def main() -> None:
    """Train by turns and print the ratios."""
    base = BASES["smollm2-135m"]
    encoder = base.language().encoder
    lines = Path("examples/marv.jsonl").read_text("utf-8").splitlines()[:N_EXAMPLES]
    examples = [encoder.encode(example_from(json.loads(line))) for line in lines]
    llama = base.llama()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        path = save_smollm2(Path(folder) / "smollm2", llama)
        half, whole = peft_model(path, ADAPTED_LAYERS), peft_model(path, llama.shape.n_layers)
    learner = EmbeddedLearner(llama, Recipe(N_EPOCHS, BATCH, 1e-3, seed=1))
    takers: dict[str, Callable[[list[list[Example]]], None]] = {
        "embedded": partial(embedded_epoch, learner),
        "peft, the same layers": partial(peft_epoch, half, plain_loss),
        "peft, all layers": partial(peft_epoch, whole, plain_loss),
        "the torch engine, the same layers": partial(peft_epoch, half, sparse_loss),
    }
    speeds: dict[str, list[float]] = {name: [] for name in takers}
    n_tokens = sum(len(example.tokens) for example in examples)
    for epoch in range(N_EPOCHS):
        batches = [list(batch) for batch in batches_of(examples, BATCH, 1, epoch)]
        for name, take in takers.items():
            speeds[name].append(n_tokens / cpu_seconds(take, batches))
    learner.close()
    print(f"torch {torch.__version__}, {N_EXAMPLES} examples, {N_EPOCHS} epochs, batches of {BATCH}, one thread")
    print(f"tokens per CPU second; trainer.md has {PUBLISHED} for peft on all layers, measured on another day")
    together = {name: N_EPOCHS / sum(1 / speed for speed in found) for name, found in speeds.items()}
    for name, found in speeds.items():
        epochs = " ".join(f"{speed:5.0f}" for speed in found)
        print(f"{name:36} {together[name]:5.0f}   (its epochs:{epochs})")
    # A job of three epochs computes the frozen layers in its first; each further epoch is like the last.
    for name in list(takers)[1:]:
        later = median(speeds["embedded"][1:]) / median(speeds[name][1:])
        print(f"embedded / {name:36} {together['embedded'] / together[name]:.2f} whole job, {later:.2f} later epochs")


def peft_model(path: Path, n_layers: int) -> torch.nn.Module:
    """The model with adapters on its uppermost layers, as the embedded engine has them."""
    model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32)
    total = model.config.num_hidden_layers
    projections = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    layers = list(range(total - n_layers, total))
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=projections, layers_to_transform=layers)
    adapted: torch.nn.Module = get_peft_model(model, config).train()
    return adapted


def embedded_epoch(learner: EmbeddedLearner, batches: list[list[Example]]) -> None:
    """Every step as a job does it."""
    for step, batch in enumerate(batches):
        learner.learn(batch)
        learner.update(1e-4, step)


def peft_epoch(
    model: torch.nn.Module,
    loss: Callable[[torch.nn.Module, list[Example]], torch.Tensor],
    batches: list[list[Example]],
) -> None:
    """The same steps by transformers, peft and torch's AdamW."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0)
    for batch in batches:
        optimiser.zero_grad()
        loss(model, batch).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()


def plain_loss(model: torch.nn.Module, batch: list[Example]) -> torch.Tensor:
    """The loss that transformers computes from labels, as its Trainer does."""
    length = max(len(example.tokens) for example in batch)
    shape = (len(batch), length)
    inputs, is_real, labels = torch.zeros(shape).long(), torch.zeros(shape).long(), torch.full(shape, -100)
    for row, example in enumerate(batch):
        n_tokens = len(example.tokens)
        tokens = torch.from_numpy(example.tokens).long()
        inputs[row, :n_tokens], is_real[row, :n_tokens] = tokens, 1
        labels[row, :n_tokens] = torch.where(torch.from_numpy(example.is_trained), tokens, -100)
    found: torch.Tensor = model(input_ids=inputs, attention_mask=is_real, labels=labels, use_cache=False).loss
    return found


def sparse_loss(model: torch.nn.Module, batch: list[Example]) -> torch.Tensor:
    """The same, with logits only where a token is trained, as the trainer's torch engine computes it."""
    return foreseen(model, batch, torch.device("cpu")).losses.mean()


def cpu_seconds(work: Callable[..., object], *given: object) -> float:
    """The CPU seconds of all threads."""
    began = time.process_time()
    work(*given)
    return time.process_time() - began


if __name__ == "__main__":
    main()

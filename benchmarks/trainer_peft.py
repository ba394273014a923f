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
from typing import TypeAlias

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
from trainer.engine.llama import Llama
from trainer.engine.lora import ADAPTED_LAYERS, ALPHA, RANK
from trainer.torch_engine.texts import foreseen

N_EXAMPLES = 16
N_EPOCHS = 3
BATCH = 4
N_PAIRS = 5
PUBLISHED = 68
"""Tokens a CPU second that trainer.md's measurements give transformers + peft on all layers; on another day."""
GOAL = 1.4

Loss: TypeAlias = Callable[[torch.nn.Module, list[Example]], torch.Tensor]


def main() -> None:
    """Whole jobs by turns: five pairs of what the goal names, then each other baseline beside another job of ours."""
    base = BASES["smollm2-135m"]
    encoder = base.language().encoder
    lines = Path("examples/marv.jsonl").read_text("utf-8").splitlines()[:N_EXAMPLES]
    examples = [encoder.encode(example_from(json.loads(line))) for line in lines]
    llama = base.llama()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, {N_EXAMPLES} examples, {N_EPOCHS} epochs, batches of {BATCH}, one thread")
    print(f"tokens per CPU second; trainer.md has {PUBLISHED} for peft on all layers, measured on another day")
    with tempfile.TemporaryDirectory() as folder:
        path = save_smollm2(Path(folder) / "smollm2", llama)
        half = partial(peft_model, path, ADAPTED_LAYERS)
        whole = partial(peft_model, path, llama.shape.n_layers)
        ratios = [compared("peft, the same layers", llama, half(), plain_loss, examples) for _ in range(N_PAIRS)]
        print(
            f"median of {N_PAIRS} pairs {median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f} (goal {GOAL})"
        )
        compared("peft, all layers", llama, whole(), plain_loss, examples)
        compared("the torch engine, the same layers", llama, half(), sparse_loss, examples)


def compared(name: str, llama: Llama, model: torch.nn.Module, loss: Loss, examples: list[Example]) -> float:
    """One job of the embedded engine and one of the other, epoch by epoch in turn; how many times as fast ours was."""
    learner = EmbeddedLearner(llama, Recipe(N_EPOCHS, BATCH, 1e-3, seed=1))
    ours, theirs = [], []
    for epoch in range(N_EPOCHS):
        batches = [list(batch) for batch in batches_of(examples, BATCH, 1, epoch)]
        ours.append(cpu_seconds(embedded_epoch, learner, batches))
        theirs.append(cpu_seconds(peft_epoch, model, loss, batches))
    learner.close()
    n_tokens = sum(len(example.tokens) for example in examples) * N_EPOCHS
    ratio = sum(theirs) / sum(ours)
    # A job of several epochs computes the frozen layers in its first; each further epoch is like the last.
    later = sum(theirs[1:]) / sum(ours[1:])
    speeds = f"embedded {n_tokens / sum(ours):.0f}, {name} {n_tokens / sum(theirs):.0f}"
    print(f"{speeds}: {ratio:.2f} whole job, {later:.2f} later epochs", flush=True)
    return ratio


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
    loss: Loss,
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

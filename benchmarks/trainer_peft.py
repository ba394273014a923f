"""Training by the embedded engine beside transformers + peft on the same weights: `make bench-torch`.

Both train the same examples in the same batches with adapters of rank 8 on every projection, at one thread of BLAS
each, and take turns, so that what else the machine does meets both. CPU seconds count; loading does not.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable
from itertools import chain
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

N_EXAMPLES = 32
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
    n_layers = llama.shape.n_layers
    learner = EmbeddedLearner(llama, Recipe(N_EPOCHS, BATCH, 1e-3, seed=1))
    speeds: dict[str, list[float]] = {"embedded": [], "half": [], "whole": []}
    for epoch in range(N_EPOCHS):
        batches = [list(batch) for batch in batches_of(examples, BATCH, 1, epoch)]
        n_tokens = sum(len(example.tokens) for example in examples)
        speeds["embedded"].append(n_tokens / cpu_seconds(embedded_epoch, learner, batches))
        speeds["half"].append(n_tokens / cpu_seconds(peft_epoch, half, batches))
        speeds["whole"].append(n_tokens / cpu_seconds(peft_epoch, whole, batches))
    learner.close()
    # A job is slower in its first epoch, when the frozen layers are computed, so the epochs count together.
    together = N_EPOCHS / sum(1 / speed for speed in speeds["embedded"])
    print(f"torch {torch.__version__}, {N_EXAMPLES} examples, {N_EPOCHS} epochs, batches of {BATCH}, one thread")
    print(f"embedded, upper {ADAPTED_LAYERS} layers      {together:6.0f} tokens per CPU second, all epochs")
    print(f"peft, the same {ADAPTED_LAYERS} layers       {median(speeds['half']):6.0f} tokens per CPU second")
    print(
        f"peft, all {n_layers} layers            {median(speeds['whole']):6.0f} (in trainer.md, another day: {PUBLISHED})"
    )
    print(f"embedded / peft, same layers   {together / median(speeds['half']):6.2f}  (at least 1.4)")
    print(f"embedded / peft, all layers    {together / median(speeds['whole']):6.2f}")


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


def peft_epoch(model: torch.nn.Module, batches: list[list[Example]]) -> None:
    """The same steps by transformers, peft and torch's AdamW; logits only where a token is trained."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.0)
    for batch in batches:
        optimiser.zero_grad()
        texts = list(chain.from_iterable(example.texts for example in batch))
        foreseen(model, texts, torch.device("cpu")).losses.mean().backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()


def cpu_seconds(work: Callable[..., object], *given: object) -> float:
    """The CPU seconds of all threads."""
    began = time.process_time()
    work(*given)
    return time.process_time() - began


if __name__ == "__main__":
    main()

"""Answers by llama.cpp beside those of the embedded engine, base and adapter, by turns: `make bench-extras`."""

import os
import tempfile
import time
from pathlib import Path
from statistics import median

from trainer.process import ONE_THREAD

os.environ.update(ONE_THREAD)  # Before numpy is imported, which reads it once.

from trainer.backends.backend import Question
from trainer.backends.embedded import Embedded
from trainer.backends.llama_cpp import LlamaCpp
from trainer.engine.bases import BASES
from trainer.engine.checkpoints import save_adapter
from trainer.engine.lora import new_adapter
from trainer.engine.sampling import Sampling
from trainer.engine.weights import find_weights

N_TOKENS = 40
ROUNDS = 3


def main() -> None:
    """Print tokens per CPU second of both, and the ratio."""
    base = BASES["smollm2-135m"]
    slow, fast = Embedded(base), LlamaCpp(base, find_weights())
    with tempfile.TemporaryDirectory() as folder:
        adapter = Path(folder) / "step-1.npy"
        save_adapter(adapter, new_adapter(base.shape(), 1))
        for name, chosen in (("base", None), ("with an adapter", adapter)):
            speeds: dict[str, list[float]] = {"embedded": [], "llama.cpp": []}
            first: list[float] = []
            for _ in range(ROUNDS):
                speeds["embedded"].append(measured(slow, chosen)[0])
                speed, wait = measured(fast, chosen)
                speeds["llama.cpp"].append(speed)
                first.append(wait)
            ours, theirs = median(speeds["embedded"]), median(speeds["llama.cpp"])
            print(f"answering, {name:16} embedded {ours:5.1f} tokens per CPU second, llama.cpp {theirs:5.1f}")
            print(f"llama.cpp / embedded        {theirs / ours:8.2f}  (at least 2.5)")
            print(f"llama.cpp's first token     {median(first) * 1000:8.0f} ms of CPU  (limit 400)")


def measured(backend: Embedded, adapter: Path | None) -> tuple[float, float]:
    """Tokens per CPU second after the first one, and the CPU seconds until that; each time behind another prompt."""
    asked = f"Tell me a long story about a fox and {time.monotonic_ns()} crows."
    prompt = backend.language.chat_prompt([{"role": "user", "content": asked}])
    backend.warm_up()
    began = time.process_time()
    answer = backend.answer(Question(prompt, adapter, Sampling(), N_TOKENS, ()))
    next(answer)
    told = time.process_time()
    n_more = len(list(answer))
    return n_more / (time.process_time() - told), told - began


if __name__ == "__main__":
    main()

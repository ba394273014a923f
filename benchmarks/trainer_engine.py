"""The embedded engine measured: run by ``python -m benchmarks.trainer``, which sets its environment.

Training is set beside what no program could save, in the same run: the bare matrix products of the same shapes, for
the forward pass and for the gradient of the inputs. CPU seconds are the figure to trust on a shared machine.
"""

import resource
import time
from collections.abc import Callable

import numpy as np

from trainer.engine.bases import BASES
from trainer.engine.examples import ChatExample, Encoder, Message
from trainer.engine.generation import generate
from trainer.engine.llama import Llama
from trainer.engine.lora import new_adapter
from trainer.engine.model import Language
from trainer.engine.passes import Passes
from trainer.engine.sampling import Sampler, Sampling
from trainer.engine.shape import Array

_N_STEPS = 12
_BATCH = 4
_ANSWER_TOKENS = 40


def main() -> None:
    """Print each figure with its baseline or limit."""
    base = BASES["smollm2-135m"]
    language, llama = base.language(), base.llama()
    measure_training(llama, language.encoder)
    measure_answering(llama, language)
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"peak memory                 {peak_bytes / 1e9:8.2f} GB  (limit 1.1)")


def measure_training(llama: Llama, encoder: Encoder) -> None:
    """Steps over four examples of the demo's kind, with the lower half of the layers cached."""
    system = Message("system", "Marv is a factual chatbot that is also sarcastic.")
    question = "How many eggs are there in a dozen, and {} more?"
    turns = [(system, Message("user", question.format(n)), Message("assistant", "Do the math.")) for n in range(_BATCH)]
    examples = [encoder.encode(ChatExample(messages)) for messages in turns]
    n_tokens = _N_STEPS * sum(len(example.tokens) for example in examples)
    passes = Passes(llama, new_adapter(llama.shape, 1))
    passes.learn(examples)  # Fills the cache of the lower layers, as a job's first epoch does.
    cpu, wall = timed(lambda: [passes.learn(examples) for _ in range(_N_STEPS)])
    passes.close()
    n_rows = sum(len(example.inputs) for example in examples)
    rows, wide = (np.ones((n_rows, width), np.float32) for width in (llama.shape.width, llama.shape.feed_forward))
    products, _ = timed(lambda: [multiply(llama, rows, wide) for _ in range(_N_STEPS)])
    print(f"training                    {n_tokens / cpu:8.0f} tokens per CPU second, {n_tokens / wall:.0f} per second")
    print(f"bare matrix products        {n_tokens / products:8.0f} tokens per CPU second")
    print(f"training / bare products    {products / cpu:8.2f}  (1 would be no overhead at all)")


def multiply(llama: Llama, rows: Array, wide: Array) -> None:
    """The products of the adapted half of the layers, there and back."""
    for layer in llama.weights.layers[llama.shape.n_layers // 2 :]:
        for weight in (layer.qkv, layer.output, layer.gate_up):
            (rows @ weight.T) @ weight
        (wide @ layer.down.T) @ layer.down


def measure_answering(llama: Llama, language: Language) -> None:
    """A greedy answer of the base to a short prompt."""
    prompt = language.template.prompt([{"role": "user", "content": "Tell me a long story about a fox and a crow."}])
    tokens = generate(llama, prompt, None, Sampler(Sampling()), _ANSWER_TOKENS)
    first_cpu, first_wall = timed(lambda: next(tokens))
    cpu, _ = timed(lambda: list(tokens))
    print(
        f"first token, {len(prompt)} before it  {first_wall * 1000:8.0f} ms, {first_cpu * 1000:.0f} of CPU  (limit 400)"
    )
    print(f"answering                   {(_ANSWER_TOKENS - 1) / cpu:8.1f} tokens per CPU second")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds of some work."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    main()

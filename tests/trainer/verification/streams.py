"""Thirty-two streams at once from one SmolLM2: none is mixed up with another, and none gets twice as far as another.

Run by ``make verify-trainer``: a token of this model costs so much more than its way to a client that the order of
arrival is the order of work, which is not so of the tiny one.
"""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any, Final

from openai import OpenAI

from tests.trainer.driving import start_trainer

N_STREAMS: Final = 32
N_TOKENS: Final = 20
ASKED: Final[dict[str, Any]] = {
    "model": "smollm2-135m",
    "max_tokens": N_TOKENS,
    "temperature": 0,
    # Nothing ends an answer early, so that all are equally long.
    "logit_bias": {"2": -100, "0": -100},
}


class Race:
    """How far each stream is, and how far the last was when each token of the first came."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told = [0] * N_STREAMS
        self.worst = 1.0

    def arrive(self, number: int) -> None:
        """A token has come. Only from a fourth on do counts say anything about shares."""
        with self._lock:
            self._told[number] += 1
            if self._told[number] >= N_TOKENS // 4:
                self.worst = max(self.worst, self._told[number] / max(1, min(self._told)))


def _messages(number: int) -> list[Any]:
    return [{"role": "user", "content": f"Tell me about the number {number}."}]


def _streamed(client: OpenAI, number: int, race: Race) -> str:
    said = ""
    for chunk in client.chat.completions.create(messages=_messages(number), stream=True, **ASKED):
        text = chunk.choices[0].delta.content if chunk.choices else None
        if text:
            said += text
            race.arrive(number)
    return said


def main() -> None:
    """Ask together, then one after another, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = start_trainer(Path(folder), "--model", "smollm2", "--serving", "built-in")
        race, began = Race(), perf_counter()
        with trainer.client() as given:
            client = given.with_options(timeout=600)
            with ThreadPoolExecutor(N_STREAMS) as threads:
                together = list(threads.map(lambda number: _streamed(client, number, race), range(N_STREAMS)))
            seconds = perf_counter() - began
            alone = [
                client.chat.completions.create(messages=_messages(number), **ASKED).choices[0].message.content
                for number in range(N_STREAMS)
            ]
        trainer.stop()
    n_mixed_up = sum(one != other for one, other in zip(together, alone, strict=True))
    print(f"{N_STREAMS} streams of {N_TOKENS} tokens in {seconds:.0f} s: {n_mixed_up} mixed up,")
    print(f"the fastest at most {race.worst:.2f} times as far as the slowest (limit 2)")
    assert n_mixed_up == 0
    assert race.worst <= 2


if __name__ == "__main__":
    main()

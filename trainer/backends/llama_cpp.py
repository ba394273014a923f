"""The embedded engine with llama.cpp for its answers: the extra `fast`, used wherever xllamacpp is installed.

One llama.cpp holds the base, in the four bits in which it was published, and every adapter that was asked for; each
request chooses. An adapter that is new to it means another start, which takes less than a second.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from trainer.backends.backend import Question
from trainer.backends.embedded import Embedded
from trainer.engine.answer import LogProbability, Piece, Said, pieces
from trainer.engine.bases import Base
from trainer.engine.checkpoints import load_adapter
from trainer.engine.export import GGUF_METADATA, gguf_tensors
from trainer.engine.tensor_files import write_gguf

_ADAPTERS_AT_ONCE: Final = 16
_ANSWERS_AT_ONCE: Final = 2


class LlamaCpp(Embedded):
    """Trains as the embedded engine does, and answers three to four times as fast."""

    def __init__(self, base: Base, weights: Path) -> None:
        super().__init__(base)
        self._weights = weights
        self._starting = Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="tunesmith-adapters-")
        self._adapters: list[Path] = []
        self._server: Any = None

    def warm_up(self) -> None:
        """Start llama.cpp."""
        self._serving(None)

    def answer(self, question: Question) -> Iterator[Piece]:
        """Ask llama.cpp; what it would judge otherwise, penalties over the prompt and forms, is answered by ours."""
        sampling = question.sampling
        if question.form or sampling.frequency_penalty or sampling.presence_penalty:
            return super().answer(question)
        return pieces(self._said(question), question.stops)

    def _said(self, question: Question) -> Iterator[Said]:
        server, lora = self._serving(question.adapter)
        address = urlsplit(server.listening_address)
        connection = HTTPConnection(address.hostname or "127.0.0.1", address.port)
        try:
            connection.request("POST", "/completion", json.dumps(_body(question, lora)))
            n_told = 0
            for told in _events(connection):
                # A token without a text is a part of a character, or the one that ends the answer.
                n_silent = told["tokens_predicted"] - n_told - 1
                if told["stop"]:
                    yield from [Said(None)] if told["stop_type"] == "eos" else [Said(b"")] * (n_silent + 1)
                    return
                if told["content"]:
                    yield from [Said(b"")] * n_silent
                    n_told = told["tokens_predicted"]
                    yield Said(told["content"].encode(), _log_probability(question, told))
        finally:
            connection.close()

    def _serving(self, adapter: Path | None) -> tuple[Any, list[dict[str, float]]]:
        """The server, and the scale of each of its adapters with which this one alone is heard."""
        with self._starting:
            if self._server is None or (adapter and adapter not in self._adapters):
                self._adapters = [*self._adapters, *([adapter] if adapter else [])][-_ADAPTERS_AT_ONCE:]
                # Answers that are under way keep the one before alive until they end.
                self._server = _started(self._weights, [self._as_gguf(each) for each in self._adapters])
            scales = [{"id": index, "scale": float(each == adapter)} for index, each in enumerate(self._adapters)]
            return self._server, scales

    def _as_gguf(self, adapter: Path) -> Path:
        path = Path(self._folder.name, f"{adapter.parent.name}-{adapter.stem}.gguf")
        if not path.exists():
            found = load_adapter(adapter, self._base.shape())
            with path.open("wb") as file:
                write_gguf(file, GGUF_METADATA, gguf_tensors(found))
        return path


def _started(weights: Path, adapters: Sequence[Path]) -> Any:  # noqa: ANN401 - the library states no types
    import xllamacpp  # noqa: PLC0415 - it comes with the extra

    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(weights)
    chosen.n_ctx, chosen.n_parallel, chosen.kv_unified = 0, _ANSWERS_AT_ONCE, True
    # One thread: those of llama.cpp wait for each other spinning, which on a shared machine costs eight times the work.
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = 1
    chosen.verbosity, chosen.warmup = -1, False
    chosen.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(path), 0.0) for path in adapters]
    return xllamacpp.Server(chosen)


def _body(question: Question, lora: list[dict[str, float]]) -> dict[str, Any]:
    sampling = question.sampling
    likeliest = {} if sampling.n_likeliest is None else {"n_probs": max(1, sampling.n_likeliest)}
    return {
        "prompt": list(question.prompt),
        "n_predict": question.max_tokens,
        "stream": True,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": 0,
        "samplers": ["temperature", "top_p"],
        "seed": -1 if sampling.seed is None else sampling.seed % 2**32,
        "logit_bias": [[token, weight] for token, weight in sampling.logit_bias.items()],
        "lora": lora,
        **likeliest,
    }


def _events(connection: HTTPConnection) -> Iterator[dict[str, Any]]:
    for line in connection.getresponse():
        if line.startswith(b"data: {"):
            yield json.loads(line.removeprefix(b"data: "))
        elif line.strip() and not line.startswith(b"data: "):
            raise ConnectionError(f"llama.cpp answered: {line.decode('utf-8', 'replace').strip()}")


def _log_probability(question: Question, told: dict[str, Any]) -> LogProbability | None:
    if question.sampling.n_likeliest is None:
        return None
    one = told["completion_probabilities"][-1]
    likeliest = [(bytes(each["bytes"]), each["logprob"]) for each in one["top_logprobs"]]
    return LogProbability(bytes(one["bytes"]), one["logprob"], tuple(likeliest[: question.sampling.n_likeliest]))

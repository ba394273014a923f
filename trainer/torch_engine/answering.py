"""An open model in memory that answers, with the adapter or the weights of any of its checkpoints."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

import torch
from safetensors.torch import load_file

from trainer.engine.sampling import Chosen, Sampler
from trainer.engine.shape import Array
from trainer.torch_engine.loading import add_adapter, base_model, device, options_of, use_all_cores, with_adapter
from trainer.torch_engine.options import Options

_ADAPTERS_IN_MEMORY: Final = 16


class Answering:
    """One base, shared by all answers that are under way; they take turns, a token each."""

    def __init__(self, options: Options) -> None:
        use_all_cores()
        self._options = options
        self._device = device()
        self._model: Any = base_model(options).eval()
        self._adapters: OrderedDict[Path, str] = OrderedDict()
        self._whole: tuple[Path, Any] | None = None
        self._n_named = 0
        self._turn = Lock()

    def generate(
        self, prompt: Sequence[int], adapter: Path | None, sampler: Sampler, max_tokens: int
    ) -> Iterator[Chosen]:
        """Up to `max_tokens` tokens that follow the prompt; whoever asks decides where the answer ends."""
        tokens, past = list(prompt), None
        for _ in range(max_tokens):
            logits, past = self._next_logits(tokens, adapter, past)
            chosen = sampler.choose(logits)
            yield chosen
            tokens = [chosen.id]

    def _next_logits(self, tokens: Sequence[int], adapter: Path | None, past: object) -> tuple[Array, object]:
        given = torch.tensor([list(tokens)], device=self._device)
        with self._turn, torch.no_grad(), self._chosen(adapter) as model:
            done = model(input_ids=given, cache=past, use_cache=True, logits_to_keep=1)
            logits: Array = done.logits[0, -1].float().cpu().numpy()
        return logits, done.cache

    @contextmanager
    def _chosen(self, adapter: Path | None) -> Iterator[Any]:
        if adapter is None:
            if self._adapters:
                with self._model.disable_adapter():
                    yield self._model
            else:
                yield self._model
        elif options_of(adapter).tuning == "full":
            yield self._whole_model(adapter)
        else:
            self._model_with(adapter)
            yield self._model

    def _model_with(self, adapter: Path) -> None:
        name = self._adapters.get(adapter)
        if name is None:
            self._n_named += 1
            name = f"adapter-{self._n_named}"
            if self._adapters:
                add_adapter(self._model, adapter, name)
            else:
                self._model = with_adapter(self._model, adapter, name).eval()
            self._adapters[adapter] = name
        self._adapters.move_to_end(adapter)
        self._model.set_adapter(name)
        if len(self._adapters) > _ADAPTERS_IN_MEMORY:
            self._model.delete_adapter(self._adapters.popitem(last=False)[1])

    def _whole_model(self, path: Path) -> Any:  # noqa: ANN401 - transformers states no type for what Auto gives
        if self._whole is None or self._whole[0] != path:
            self._whole = None  # Before the next one is read, so that there are never three.
            model = base_model(self._options).eval()
            model.load_state_dict(load_file(path), strict=False)
            self._whole = path, model
        return self._whole[1]

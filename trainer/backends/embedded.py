"""The backend that is always there: our numpy engine on this machine's processor."""

import json
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final
from zipfile import ZipFile

from trainer.backends.backend import Facts, Question
from trainer.backends.in_process import InProcess
from trainer.engine.answer import Piece, pieces_of
from trainer.engine.bases import Base
from trainer.engine.checkpoints import SUFFIX, load_adapter
from trainer.engine.export import (
    GGUF_METADATA,
    gguf_tensors,
    merged_tensors,
    peft_config,
    peft_tensors,
    transformers_config,
)
from trainer.engine.generation import generate
from trainer.engine.llama import Llama
from trainer.engine.lora import Adapter
from trainer.engine.tensor_files import write_gguf, write_safetensors

_ADAPTERS_IN_MEMORY: Final = 16  # 4.9 MB each for SmolLM2-135M


class Embedded(InProcess):
    """One base in memory, read when it is first needed, and an adapter chosen for every question."""

    checkpoint_suffix = SUFFIX
    export_forms = frozenset({"adapter", "gguf", "merged"})

    def __init__(self, base: Base) -> None:
        self._base = base
        self.language = base.language()
        self.facts = Facts(
            id=base.id,
            owned_by=base.owned_by,
            created_at=base.created_at,
            context_tokens=base.context_tokens,
            vocabulary_tokens=self.language.tokenizer.vocabulary,
            languages=base.languages,
            licence=base.licence,
            tuning="LoRA over weights quantised to 4 bits",
            hub_id=base.hub_id,
        )
        self._llama: Llama | None = None
        self._loading = Lock()
        self._adapter = lru_cache(_ADAPTERS_IN_MEMORY)(self._read_adapter)

    def training_command(self, plan: Path) -> Sequence[str]:
        """The engine as a program."""
        return (sys.executable, "-m", "trainer.engine", str(plan))

    def answer(self, question: Question) -> Iterator[Piece]:
        """Generate with the question's adapter over the shared base."""
        llama = self._loaded()
        adapter = self._adapter(question.adapter) if question.adapter else None
        tokens = generate(
            llama, question.prompt, adapter, question.sampler(self.language.tokenizer), question.max_tokens
        )
        yield from pieces_of(tokens, self.language.tokenizer, question.stops)

    def export(self, adapter: Path, form: str, card: str, path: Path) -> None:
        """A GGUF file for llama.cpp, or a zip for peft or transformers."""
        llama, found = self._loaded(), self._adapter(adapter)
        if form == "gguf":
            with path.open("wb") as file:
                write_gguf(file, GGUF_METADATA, gguf_tensors(found))
            return
        tensors, config = peft_tensors(found, llama.shape), peft_config(found, self.facts.hub_id)
        names = ("adapter_model.safetensors", "adapter_config.json")
        if form == "merged":
            config = transformers_config(llama.shape, self.language.tokenizer.end_id)
            tensors, names = merged_tensors(llama, found), ("model.safetensors", "config.json")
        with ZipFile(path, "w") as archive:
            archive.writestr("README.md", card)
            archive.writestr(names[1], json.dumps(config, indent=2))
            with archive.open(names[0], "w", force_zip64=True) as file:
                write_safetensors(file, tensors)

    def _loaded(self) -> Llama:
        with self._loading:
            if self._llama is None:
                self._llama = self._base.llama()
            return self._llama

    def _read_adapter(self, path: Path) -> Adapter:
        return load_adapter(path, self._loaded().shape)

"""The backend that is always there: our numpy engine on this machine's processor."""

import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from trainer.backends.backend import Counts, Facts, Question
from trainer.engine.answer import Piece, pieces_of
from trainer.engine.bases import Base
from trainer.engine.checkpoints import load_adapter
from trainer.engine.examples import example_from
from trainer.engine.generation import generate
from trainer.engine.llama import Llama
from trainer.engine.lora import Adapter
from trainer.engine.tools import plain_messages

_ADAPTERS_IN_MEMORY: Final = 16  # 4.9 MB each for SmolLM2-135M


class Embedded:
    """One base in memory, read when it is first needed, and an adapter chosen for every question."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._language = base.language()
        self.facts = Facts(
            id=base.id,
            owned_by=base.owned_by,
            created_at=base.created_at,
            context_tokens=base.context_tokens,
            vocabulary_tokens=self._language.tokenizer.vocabulary,
            languages=base.languages,
            licence=base.licence,
        )
        self._llama: Llama | None = None
        self._loading = Lock()
        self._adapter = lru_cache(_ADAPTERS_IN_MEMORY)(self._read_adapter)

    def training_command(self, plan: Path) -> Sequence[str]:
        """The engine as a program."""
        return (sys.executable, "-m", "trainer.engine", str(plan))

    def warm_up(self) -> None:
        """Read the weights."""
        self._loaded()

    def chat_prompt(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] | None = None
    ) -> list[int]:
        """The conversation in the model's chat template."""
        return self._language.template.prompt(plain_messages(messages, tools))

    def text_prompt(self, text: str) -> list[int]:
        """The text alone, or the token that separates texts where it is empty."""
        return self._language.tokenizer.encode(text) or [self._language.tokenizer.special("<|endoftext|>")]

    def count(self, example: dict[str, Any]) -> Counts:
        """Counted by encoding it as training does."""
        texts = self._language.encoder.lesson(example_from(example)).texts
        return Counts(sum(len(text.tokens) for text in texts), sum(int(text.is_trained.sum()) for text in texts))

    def answer(self, question: Question) -> Iterator[Piece]:
        """Generate with the question's adapter over the shared base."""
        llama = self._loaded()
        adapter = self._adapter(question.adapter) if question.adapter else None
        tokens = generate(llama, question.prompt, adapter, question.sampling, question.max_tokens)
        yield from pieces_of(tokens, self._language.tokenizer, question.stops)

    def _loaded(self) -> Llama:
        with self._loading:
            if self._llama is None:
                self._llama = self._base.llama()
            return self._llama

    def _read_adapter(self, path: Path) -> Adapter:
        return load_adapter(path, self._loaded().shape)

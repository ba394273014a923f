"""What the server asks of whatever trains and serves one base model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trainer.engine.answer import Piece
from trainer.engine.guide import Form, Guide
from trainer.engine.model import Language
from trainer.engine.sampling import Sampler, Sampling
from trainer.engine.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Facts:
    """What a client may know about a base model."""

    id: str
    owned_by: str
    created_at: int
    """Unix seconds."""
    context_tokens: int
    vocabulary_tokens: int
    languages: tuple[str, ...]
    licence: str
    tuning: str
    """What training changes, in the words of a model card."""
    hub_id: str | None = None
    """Where its full weights are published, as transformers and peft name it."""


@dataclass(frozen=True, slots=True)
class Question:
    """Tokens to go on from, and how."""

    prompt: Sequence[int]
    adapter: Path | None
    """The adapter that answers, or None for the base."""
    sampling: Sampling
    max_tokens: int
    stops: Sequence[str]
    form: Form | None = None
    """What the answer must look like."""

    def sampler(self, tokenizer: Tokenizer) -> Sampler:
        """What chooses the answer's tokens."""
        return Sampler(self.sampling, Guide(self.form, tokenizer) if self.form else None)


class Backend(Protocol):
    """Trains in a process of its own, answers in this one."""

    facts: Facts
    checkpoint_suffix: str
    """What the file of a checkpoint ends with."""
    export_forms: frozenset[str]
    """Which of adapter, gguf and merged it can write."""

    @property
    def language(self) -> Language:
        """Its tokenizer and chat template, which need no weights."""
        ...

    def training_command(self, plan: Path) -> Sequence[str]:
        """The program that trains the plan and tells its progress in JSON lines (see ``trainer.engine.telling``)."""
        ...

    def warm_up(self) -> None:
        """Load what answering needs; takes seconds and may run in any thread."""
        ...

    def prepare(self, adapter: Path | None) -> None:
        """Make ready what answers with an adapter, or raise what stands in its way, before an answer begins."""
        ...

    def answer(self, question: Question) -> Iterator[Piece]:
        """The answer, a token a piece; each ``next`` computes one and may run in any thread."""
        ...

    def forget(self, adapter: Path) -> None:
        """Let go of a deleted adapter, wherever it is held beside its file."""
        ...

    def export(self, adapter: Path, form: str, card: str, path: Path) -> None:
        """Write an adapter in one of the backend's forms; the card goes along where there is room."""
        ...

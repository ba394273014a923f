"""The backend for open models of any size: PyTorch, transformers and peft, imported when they are first needed."""

import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from trainer.backends.backend import Facts, Question
from trainer.backends.in_process import InProcess
from trainer.engine.answer import Piece, pieces_of
from trainer.engine.model import Language
from trainer.torch_engine.folder import ModelFolder
from trainer.torch_engine.options import Options

if TYPE_CHECKING:
    from trainer.torch_engine.answering import Answering


class OpenModel(InProcess):
    """One base in memory, and an adapter or a whole tuned model chosen for every question."""

    def __init__(self, folder: ModelFolder, options: Options) -> None:
        self._folder = folder
        self._options = options
        self._loading = Lock()
        self._answering: Answering | None = None
        self.checkpoint_suffix = ".safetensors"
        self.export_forms = frozenset({"merged"} if options.tuning == "full" else {"adapter", "merged"})
        self.facts = Facts(
            id=folder.id,
            owned_by=folder.name.split("/")[0] if folder.is_from_hub else "local",
            created_at=int((folder.path / "config.json").stat().st_mtime),
            context_tokens=folder.context_tokens,
            vocabulary_tokens=self.language.tokenizer.vocabulary,
            languages=folder.languages,
            licence=folder.licence,
            tuning={"lora": "LoRA", "qlora": "LoRA over weights quantised to 4 bits", "full": "full"}[options.tuning],
            hub_id=folder.name if folder.is_from_hub else None,
        )

    @cached_property
    def language(self) -> Language:
        """Read from the model's folder."""
        from trainer.torch_engine.language import hub_language  # noqa: PLC0415 - it imports transformers

        return hub_language(self._folder.path)

    def training_command(self, plan: Path) -> Sequence[str]:
        """The torch engine as a program."""
        return (sys.executable, "-m", "trainer.torch_engine", str(plan), self._options.written())

    def answer(self, question: Question) -> Iterator[Piece]:
        """Generate with what the question chose."""
        tokenizer = self.language.tokenizer
        tokens = self._loaded().generate(
            question.prompt, question.adapter, question.sampler(tokenizer), question.max_tokens
        )
        yield from pieces_of(tokens, tokenizer, question.stops)

    def export(self, adapter: Path, form: str, card: str, path: Path) -> None:
        """A zip for peft or for transformers."""
        from trainer.torch_engine.export import write_adapter, write_merged  # noqa: PLC0415 - it imports torch

        write = write_merged if form == "merged" else write_adapter
        write(adapter, self._folder, card, path)

    def _loaded(self) -> "Answering":
        from trainer.torch_engine.answering import Answering  # noqa: PLC0415 - it imports torch

        with self._loading:
            if self._answering is None:
                self._answering = Answering(self._options)
            return self._answering

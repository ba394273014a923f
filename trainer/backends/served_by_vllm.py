"""Any backend with a vLLM server for its answers; training, counting and exports stay what they are."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from zipfile import ZipFile

from trainer.backends.backend import Backend, Question
from trainer.backends.vllm import Vllm
from trainer.engine.answer import Piece, pieces_of
from trainer.engine.model import Language


class ServedByVllm:
    """Puts an adapter beside its checkpoint as peft has it, and lets vLLM read it there."""

    def __init__(self, trained: Backend, vllm: Vllm) -> None:
        self._trained = trained
        self._vllm = vllm
        self._writing = Lock()
        self.facts = trained.facts
        self.checkpoint_suffix = trained.checkpoint_suffix
        self.export_forms = trained.export_forms

    @property
    def language(self) -> Language:
        """As training has it: vLLM is given tokens, so its own template does not matter."""
        return self._trained.language

    def training_command(self, plan: Path) -> Sequence[str]:
        """As without vLLM."""
        return self._trained.training_command(plan)

    def warm_up(self) -> None:
        """Nothing: the weights stay out of this process until an answer must keep to a form."""

    def prepare(self, adapter: Path | None) -> None:
        """Make the adapter a model of vLLM, unless it is one."""
        if adapter is None:
            self._vllm.base_name()
        else:
            self._vllm.load(_name(adapter), self._folder(adapter))

    def answer(self, question: Question) -> Iterator[Piece]:
        """Ask vLLM; answers that must keep to a form are computed here."""
        if question.form:
            return self._trained.answer(question)
        name = _name(question.adapter) if question.adapter else self._vllm.base_name()
        tokenizer = self.language.tokenizer
        return pieces_of(self._vllm.generate(name, question, tokenizer.end_id), tokenizer, question.stops)

    def forget(self, adapter: Path) -> None:
        """Take the adapter out of vLLM, and away from the disk."""
        self._vllm.unload(_name(adapter))
        _remove_folders(adapter)
        self._trained.forget(adapter)

    def export(self, adapter: Path, form: str, card: str, path: Path) -> None:
        """As without vLLM."""
        self._trained.export(adapter, form, card, path)

    def _folder(self, adapter: Path) -> Path:
        folder = _folder_of(adapter)
        with self._writing:
            if not folder.exists():
                _remove_folders(adapter)  # What a crash in the middle of this has left.
                with TemporaryDirectory(prefix=f"{adapter.stem}-", dir=adapter.parent) as beside:
                    archive, whole = Path(beside, "adapter.zip"), Path(beside, "whole")
                    self._trained.export(adapter, "adapter", "", archive)
                    with ZipFile(archive) as packed:
                        packed.extractall(whole)
                    # A folder that is there is whole, also after a crash.
                    whole.rename(folder)
        return folder


def _folder_of(adapter: Path) -> Path:
    return adapter.with_name(f"{adapter.stem}-peft")


def _remove_folders(adapter: Path) -> None:
    for folder in adapter.parent.glob(f"{adapter.stem}-*/"):
        shutil.rmtree(folder, ignore_errors=True)


def _name(adapter: Path) -> str:
    """Of the adapter in vLLM: its job's id and step, so that no two servers or projects share one."""
    return f"tunesmith-{adapter.parent.name}-{adapter.stem}"

"""What a training process is given: its job's plan, in a folder of its own."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from trainer.errors import Refused
from trainer.files import Files
from trainer.models import Models
from trainer.store import Document, Store


class Plans:
    """The folders of jobs.

    Args:
        memory_bytes: the most that a training process may take; None leaves it what is free.
    """

    def __init__(self, store: Store, files: Files, models: Models, memory_bytes: int | None) -> None:
        self._store = store
        self._files = files
        self._models = models
        self._memory_bytes = memory_bytes

    def directory(self, job: Document) -> Path:
        """The job's folder, which is made where it is not there yet."""
        directory = self._store.directory / "jobs" / str(job["id"])
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def command(self, job: Document) -> Sequence[str]:
        """Write the job's plan, and give the program that trains it.

        Raises:
            Refused: the model to go on from, or a file, is no longer there.
            OSError: the plan could not be written.
        """
        model = self._models.find(job["model"], self._store.project_of("job", job["id"]))
        plan = {
            "base": model.backend.facts.id,
            "training_file": str(self._file(job, "training_file")),
            "validation_file": str(self._file(job, "validation_file")) if job["validation_file"] else None,
            "directory": str(self.directory(job)),
            "seed": job["seed"],
            "continue_from": str(model.adapter) if model.adapter else None,
            "memory_bytes": self._memory_bytes,
            **job["method"][job["method"]["type"]]["hyperparameters"],
        }
        path = self.directory(job) / "plan.json"
        path.write_text(json.dumps(plan), "utf-8")
        return model.backend.training_command(path)

    def tidy(self, job: Document) -> None:
        """Leave the adapters, the hash of what they learned from and, for whoever looks for a fault, the log.

        A checkpoint may be asked before its job ends, so what another server reads of it lies there already.
        """
        for path in self.directory(job).iterdir():
            if path.name.startswith("step-") or path.suffix in {".sha256", ".log"}:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _file(self, job: Document, param: str) -> Path:
        path = self._files.path(job[param])
        if not path.exists():
            raise Refused(f"File {job[param]} was deleted before training", code="invalid_training_file", param=param)
        return path

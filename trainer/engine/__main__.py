"""Train one adapter: ``python -m trainer.engine PLAN``.

PLAN is a JSON file with the fields of :class:`Plan`. Each progress is one JSON line on standard output; so is the
end, ``finished`` or ``failed``. The line ``pause`` on standard input makes it stop after the step it is at. The
process ends as soon as its standard input does: it never outlives its server.
"""

import hashlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Any

from trainer.engine.bases import BASES, Base
from trainer.engine.free_memory import free_bytes
from trainer.engine.plan import Lessons, Plan, Unfit, read_lessons, require_fit
from trainer.engine.progress import Checkpoint, Progress, Step
from trainer.engine.training import MAX_EXAMPLE_TOKENS, LossIsNotANumber, Training


def main() -> None:
    """Train what the plan on the command line says."""
    is_to_pause = Event()
    Thread(target=_obey, args=(is_to_pause,), daemon=True).start()
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text("utf-8")))
    try:
        _train(plan, BASES[plan.base], is_to_pause)
    except LossIsNotANumber as error:
        _tell("failed", code="loss_is_not_a_number", message=str(error))
    except Unfit as error:
        _tell("failed", code=error.code, message=str(error))
    except MemoryError:
        message = "The machine ran out of memory in the middle of training. Free memory, or shorten the examples."
        _tell("failed", code="insufficient_memory", message=message)
    except OSError as error:
        message = f"A checkpoint could not be written: {error.strerror}. Free space and create the job again."
        _tell("failed", code="insufficient_storage", message=message)


def _obey(is_to_pause: Event) -> None:
    for line in sys.stdin.buffer:
        if line.strip() == b"pause":
            is_to_pause.set()
    os._exit(1)


def _train(plan: Plan, base: Base, is_to_pause: Event) -> None:
    encoder = base.language().encoder
    training, validation = read_lessons(plan.training_file, encoder), read_lessons(plan.validation_file, encoder)
    for lessons in (training, validation):
        _warn_of_cuts(lessons)
    require_fit(plan, base.shape(), training, validation, lambda: free_bytes(plan.memory_bytes))
    with Path(plan.training_file).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    (Path(plan.directory) / "dataset.sha256").write_text(digest, "ascii")
    run = Training(
        base.llama(),
        plan.recipe(base.learning_rate),
        Path(plan.directory),
        training.lessons,
        validation.lessons,
        must_pause=is_to_pause.is_set,
    )
    progress: Progress | None = None
    for progress in run.run():
        estimate = {"remaining_seconds": run.remaining_seconds()} if isinstance(progress, Step) else {}
        _tell(type(progress).__name__.lower(), **asdict(progress), **estimate)
    if isinstance(progress, Checkpoint):
        n_tokens = sum(len(text.tokens) for lesson in training.lessons for text in lesson.texts)
        _tell("finished", trained_tokens=n_tokens * plan.n_epochs)


def _warn_of_cuts(lessons: Lessons) -> None:
    if lessons.n_cut:
        message = f"{lessons.n_cut} example(s) are longer than {MAX_EXAMPLE_TOKENS} tokens and were truncated."
        _tell("warning", message=message)


def _tell(kind: str, **fields: Any) -> None:  # noqa: ANN401 - the fields of any progress
    print(json.dumps({"kind": kind, **fields}), flush=True)


if __name__ == "__main__":
    main()

"""How a training process talks with its server: JSON lines out, orders in, and every end as a line.

Each progress is one line on standard output; so is the end, ``finished`` or ``failed``. The line ``pause`` on
standard input asks it to stop after the step it is at. The process ends as soon as its standard input does: it never
outlives its server.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, Protocol

from trainer.engine.examples import Encoder, UnsuitableTemplate
from trainer.engine.plan import Lessons, Plan, Unfit, read_lessons, require_lessons
from trainer.engine.progress import Checkpoint, Progress, Step
from trainer.engine.training import LossIsNotANumber, Training

_PIPE_BYTES: Final = 4096


class Tell(Protocol):
    """Tells the server one thing."""

    def __call__(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - the fields of any progress
        """Tell something of this kind."""


def tell(kind: str, **fields: Any) -> None:  # noqa: ANN401 - the fields of any progress
    """One JSON line on standard output."""
    print(json.dumps({"kind": kind, **fields}), flush=True)  # noqa: T201 - what the process is for


def obey() -> Callable[[], bool]:
    """Listen to the server from now on; gives whether it has asked for a pause."""
    is_to_pause = Event()
    Thread(target=_listen, args=(is_to_pause,), daemon=True).start()
    return is_to_pause.is_set


def _listen(is_to_pause: Event) -> None:
    # Read past Python's own buffer: its lock, held here, would abort the interpreter when it ends.
    while said := os.read(sys.stdin.fileno(), _PIPE_BYTES):
        if b"pause" in said:
            is_to_pause.set()
    os._exit(1)


def attempt(train: Callable[[], None], tell: Tell = tell) -> None:
    """Train, and tell a failure that a person can do something about."""
    try:
        train()
    except LossIsNotANumber as error:
        tell("failed", code="loss_is_not_a_number", message=str(error))
    except Unfit as error:
        tell("failed", code=error.code, message=str(error))
    except UnsuitableTemplate as error:
        tell("failed", code="unsuitable_template", message=str(error))
    except MemoryError:
        message = "The machine ran out of memory in the middle of training. Free memory, or shorten the examples."
        tell("failed", code="insufficient_memory", message=message)
    except OSError as error:
        message = f"A checkpoint could not be written: {error.strerror}. Free space and create the job again."
        tell("failed", code="insufficient_storage", message=message)


def read_files(plan: Plan, encoder: Encoder, limit_tokens: int, tell: Tell = tell) -> tuple[Lessons, Lessons]:
    """The plan's training and validation lessons; examples that had to be cut are told.

    Raises:
        Unfit: nothing is left to learn.
        UnsuitableTemplate: the model's chat template cannot show where an answer begins.
    """
    training = read_lessons(plan.training_file, encoder, limit_tokens)
    validation = read_lessons(plan.validation_file, encoder, limit_tokens)
    for lessons in (training, validation):
        if lessons.n_cut:
            message = f"{lessons.n_cut} example(s) are longer than {limit_tokens} tokens and were truncated."
            tell("warning", message=message)
    require_lessons(training)
    return training, validation


def keep_hash(plan: Plan) -> None:
    """Keep the hash of the training file for the model's card."""
    with Path(plan.training_file).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    (Path(plan.directory) / "dataset.sha256").write_text(digest, "ascii")


def tell_run(run: Training, plan: Plan, training: Lessons, tell: Tell = tell) -> None:
    """Train, telling each progress, and the end where it is reached."""
    progress: Progress | None = None
    for progress in run.run():
        estimate = {"remaining_seconds": run.remaining_seconds()} if isinstance(progress, Step) else {}
        tell(type(progress).__name__.lower(), **asdict(progress), **estimate)
    if isinstance(progress, Checkpoint):
        n_tokens = sum(len(text.tokens) for lesson in training.lessons for text in lesson.texts)
        tell("finished", trained_tokens=n_tokens * plan.n_epochs)

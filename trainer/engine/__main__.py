"""Train one adapter: ``python -m trainer.engine PLAN``.

PLAN is a JSON file with the fields of :class:`Plan`. Each progress is one JSON line on standard output; so is the
end, ``finished`` or ``failed``. The process ends as soon as its standard input does: it never outlives its server.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any

from trainer.engine.bases import BASES
from trainer.engine.examples import Encoder, Example, example_from
from trainer.engine.training import MAX_EXAMPLE_TOKENS, LossIsNotANumber, Recipe, Training


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on what; paths are strings, because a plan is a JSON file."""

    base: str
    training_file: str
    validation_file: str | None
    directory: str
    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float
    seed: int
    continue_from: str | None


def main() -> None:
    """Train what the plan on the command line says."""
    Thread(target=_end_with_the_server, daemon=True).start()
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text("utf-8")))
    _train(plan)


def _end_with_the_server() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _train(plan: Plan) -> None:
    base = BASES[plan.base]
    encoder = base.language().encoder
    training = _examples(plan.training_file, encoder)
    validation = _examples(plan.validation_file, encoder) if plan.validation_file else []
    if not training:
        message = f"No example has a trained token within the first {MAX_EXAMPLE_TOKENS} tokens."
        return _tell("failed", code="invalid_training_file", message=message)
    training_run = Training(base.llama(), _recipe(plan, base.learning_rate), Path(plan.directory), training, validation)
    try:
        for progress in training_run.run():
            _tell(type(progress).__name__.lower(), **asdict(progress))
    except LossIsNotANumber as error:
        return _tell("failed", code="loss_is_not_a_number", message=str(error))
    n_tokens = sum(len(example.tokens) for example in training)
    return _tell("finished", trained_tokens=n_tokens * plan.n_epochs)


def _recipe(plan: Plan, learning_rate: float) -> Recipe:
    recipe = Recipe(plan.n_epochs, plan.batch_size, learning_rate * plan.learning_rate_multiplier, plan.seed)
    return replace(recipe, continue_from=Path(plan.continue_from)) if plan.continue_from else recipe


def _examples(path: str, encoder: Encoder) -> list[Example]:
    """The file's examples, cut where they are too long, without those that have nothing left to learn."""
    # Only a line feed ends a line of JSONL; a carriage return may stand between the parts of a JSON object.
    with Path(path).open(encoding="utf-8-sig", newline="\n") as lines:
        whole = [encoder.encode(example_from(json.loads(line))) for line in lines if line.strip()]
    n_long = sum(len(example.tokens) > MAX_EXAMPLE_TOKENS for example in whole)
    if n_long:
        _tell("warning", message=f"{n_long} example(s) are longer than {MAX_EXAMPLE_TOKENS} tokens and were truncated.")
    cut = [example.cut(MAX_EXAMPLE_TOKENS) for example in whole]
    return [example for example in cut if example.is_target_trained.any()]


def _tell(kind: str, **fields: Any) -> None:  # noqa: ANN401 - the fields of any progress
    print(json.dumps({"kind": kind, **fields}), flush=True)


if __name__ == "__main__":
    main()

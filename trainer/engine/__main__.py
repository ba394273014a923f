"""Train one adapter: ``python -m trainer.engine PLAN``, a JSON file with the fields of :class:`Plan`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from trainer.engine.bases import BASES, Base
from trainer.engine.embedded_learner import EmbeddedLearner
from trainer.engine.free_memory import free_bytes
from trainer.engine.plan import Plan, require_fit
from trainer.engine.telling import attempt, keep_hash, obey, read_files, tell_run
from trainer.engine.training import Training

_MAX_EXAMPLE_TOKENS: Final = 1024
"""Activations take 0.7 MB a token: two examples of this length, one a thread, need 1.5 GB beside the weights."""


def main() -> None:
    """Train what the plan on the command line says."""
    must_pause = obey()
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text("utf-8")))
    attempt(lambda: _train(plan, BASES[plan.base], must_pause))


def _train(plan: Plan, base: Base, must_pause: Callable[[], bool]) -> None:
    training, validation = read_files(plan, base.language().encoder, _MAX_EXAMPLE_TOKENS)
    require_fit(plan, base.shape(), training, validation, lambda: free_bytes(plan.memory_bytes))
    keep_hash(plan)
    learner = EmbeddedLearner(base.llama(), plan.recipe(base.learning_rate))
    run = Training(learner, Path(plan.directory), training.lessons, validation.lessons, must_pause=must_pause)
    tell_run(run, plan, training)


if __name__ == "__main__":
    main()

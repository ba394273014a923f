"""Train an open model: ``python -m trainer.torch_engine PLAN OPTIONS``, both as the server writes them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from trainer.engine.plan import Plan
from trainer.engine.telling import Tell, attempt, keep_hash, obey, read_files, tell, tell_run
from trainer.engine.training import Training
from trainer.torch_engine.folder import opened
from trainer.torch_engine.language import hub_language
from trainer.torch_engine.learner import TorchLearner
from trainer.torch_engine.loading import require_memory, use_all_cores
from trainer.torch_engine.options import Options
from trainer.torch_engine.peers import Peers


def main() -> None:
    """Train what the command line says."""
    must_pause = obey()
    use_all_cores()
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text("utf-8")))
    attempt(lambda: train(plan, Options(**json.loads(sys.argv[2])), must_pause))


def train(
    plan: Plan, options: Options, must_pause: Callable[[], bool], peers: Peers | None = None, tell: Tell = tell
) -> None:
    """Train the plan, alone or as one of several processes."""
    folder = opened(options.folder)
    limit_tokens = min(options.max_example_tokens, folder.context_tokens)
    training, validation = read_files(plan, hub_language(folder.path).encoder, limit_tokens, tell)
    require_memory(options, plan.memory_bytes)
    keep_hash(plan)
    learner = TorchLearner(folder, options, plan.recipe(options.learning_rate), peers)
    directory = Path(plan.directory)
    run = Training(learner, directory, training.lessons, validation.lessons, must_pause=must_pause)
    tell_run(run, plan, training, tell)


if __name__ == "__main__":
    main()

from itertools import count, pairwise
from math import log
from pathlib import Path
from typing import Any

import pytest

from trainer.engine.checkpoints import load_adapter, load_state
from trainer.engine.embedded_learner import EmbeddedLearner
from trainer.engine.examples import ChatExample, Example, Message, Pair
from trainer.engine.learner import Recipe
from trainer.engine.optimiser import learning_rate
from trainer.engine.passes import Passes
from trainer.engine.progress import Checkpoint, Paused, Progress, Resumed, Step
from trainer.engine.tiny import TINY, tiny_language, tiny_llama
from trainer.engine.training import LossIsNotANumber, Training

RECIPE = Recipe(n_epochs=3, batch_size=4, learning_rate=2e-2, seed=1)


def examples(n_examples: int, answer: str = "It is {}.") -> list[Example]:
    encoder = tiny_language().encoder
    turns = [(f"What is {number}?", answer.format(number)) for number in range(n_examples)]
    return [encoder.encode(ChatExample((Message("user", asked), Message("assistant", said)))) for asked, said in turns]


def training(directory: Path, recipe: Recipe = RECIPE, **options: Any) -> Training:
    directory.mkdir(exist_ok=True)
    return Training(EmbeddedLearner(tiny_llama(), recipe), directory, examples(10), examples(2), **options)


def test_an_epoch_is_its_steps_a_validation_and_a_checkpoint(tmp_path: Path) -> None:
    told = list(training(tmp_path).run())
    epoch = [Step, Step, Step, Checkpoint]
    assert [type(progress) for progress in told] == epoch * 3
    assert [progress.full_valid_loss is not None for progress in told if isinstance(progress, Step)] == [
        *([False, False, True] * 3)
    ]


def test_the_loss_of_the_examples_and_of_the_held_out_ones_falls(tmp_path: Path) -> None:
    told = list(training(tmp_path).run())
    judged = [step.full_valid_loss for step in told if isinstance(step, Step) and step.full_valid_loss]
    assert judged[0] > judged[1] > judged[2]


def test_the_last_checkpoint_holds_what_the_last_validation_judged(tmp_path: Path) -> None:
    told = list(training(tmp_path).run())
    last_step, checkpoint = told[-2:]
    passes = Passes(tiny_llama(), load_adapter(Path(checkpoint.path), TINY))
    loss = passes.judge(examples(2)).mean_loss
    passes.close()
    assert loss == pytest.approx(last_step.full_valid_loss, abs=2e-3)  # the checkpoint is in half precision


def interrupted(directory: Path, n_progress: int) -> list[Progress]:
    run = training(directory).run()
    told = [next(run) for _ in range(n_progress)]
    run.close()
    return told


def test_an_interrupted_job_goes_on_to_the_same_bytes_and_tells_what_went_before(tmp_path: Path) -> None:
    whole = list(training(tmp_path / "whole").run())
    interrupted(tmp_path / "broken", 6)
    resumed = list(training(tmp_path / "broken").run())
    assert resumed[4] == Resumed(3)
    steps = [progress for progress in resumed if isinstance(progress, Step)]
    assert steps == [progress for progress in whole if isinstance(progress, Step)]
    assert (tmp_path / "broken/step-9.npy").read_bytes() == (tmp_path / "whole/step-9.npy").read_bytes()


def test_a_job_paused_in_the_middle_of_an_epoch_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    whole = list(training(tmp_path / "whole").run())
    asked = iter([False] * 3 + [True])
    paused = list(training(tmp_path / "paused", must_pause=lambda: next(asked)).run())
    assert paused[-1] == Paused(4)
    resumed = list(training(tmp_path / "paused").run())
    assert Resumed(4) in resumed
    assert [told for told in resumed if isinstance(told, Step)] == [told for told in whole if isinstance(told, Step)]
    assert (tmp_path / "paused/step-9.npy").read_bytes() == (tmp_path / "whole/step-9.npy").read_bytes()


def test_a_pause_at_the_end_of_an_epoch_comes_after_its_checkpoint(tmp_path: Path) -> None:
    asked = iter([False] * 2 + [True])
    told = list(training(tmp_path, must_pause=lambda: next(asked)).run())
    assert [type(progress) for progress in told] == [Step, Step, Step, Checkpoint, Paused]


def pairs(n_pairs: int) -> list[Pair]:
    rows = zip(examples(n_pairs), examples(n_pairs, "Who knows {}?"), strict=True)
    return [Pair(preferred, other) for preferred, other in rows]


def test_preferences_are_learned_from_the_model_that_training_began_with(tmp_path: Path) -> None:
    recipe = Recipe(n_epochs=4, batch_size=4, learning_rate=2e-3, seed=1, beta=0.5)
    run = Training(EmbeddedLearner(tiny_llama(), recipe), tmp_path, pairs(10), pairs(2)).run()
    steps = [told for told in run if isinstance(told, Step)]
    assert steps[0].train_loss == pytest.approx(log(2), abs=1e-4)
    assert steps[-1].train_loss < steps[0].train_loss / 2
    assert (steps[-1].train_reward_accuracy, steps[-1].full_valid_reward_accuracy) == (1.0, 1.0)


def test_the_rest_is_estimated_from_the_work_that_is_left(tmp_path: Path) -> None:
    ticks = count()
    run = training(tmp_path, clock=lambda: next(ticks))
    estimates = [run.remaining_seconds() for told in run.run() if isinstance(told, Step)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(estimates))
    assert estimates[-1] == 0


def test_a_job_interrupted_before_its_first_checkpoint_starts_again(tmp_path: Path) -> None:
    interrupted(tmp_path, 2)
    assert load_state(tmp_path) is None
    assert isinstance(next(training(tmp_path).run()), Step)


def test_a_loss_that_is_not_a_number_stops_at_its_step(tmp_path: Path) -> None:
    with pytest.raises(LossIsNotANumber, match="at step"):
        list(training(tmp_path, Recipe(n_epochs=3, batch_size=4, learning_rate=1e30, seed=1)).run())


def test_the_learning_rate_warms_up_and_falls_to_zero() -> None:
    rates = [learning_rate(1.0, step, 20) for step in range(20)]
    assert rates[0] == pytest.approx(0.5)
    assert max(rates) == rates[1] == pytest.approx(0.95)
    assert rates[-1] == pytest.approx(0.05)
    assert all(later < earlier for earlier, later in pairwise(rates[1:]))

"""How far the estimate of a job's rest is off, beside one that only counts steps, in processor time."""

import json
import tempfile
import time
from pathlib import Path

from trainer.engine.bases import BASES
from trainer.engine.embedded_learner import EmbeddedLearner
from trainer.engine.examples import example_from
from trainer.engine.learner import Recipe
from trainer.engine.progress import Step
from trainer.engine.training import Training

N_TRAINING = 50
FIRST, LAST = 0.1, 0.95


def main() -> None:
    """Train once, note the estimate after every step, and compare with what the rest really took."""
    base = BASES["smollm2-135m"]
    encoder = base.language().encoder
    lines = Path("examples/marv.jsonl").read_text("utf-8").splitlines()
    lessons = [encoder.lesson(example_from(json.loads(line))) for line in lines]
    with tempfile.TemporaryDirectory() as folder:
        training, validation = lessons[:N_TRAINING], lessons[N_TRAINING : N_TRAINING + 10]
        recipe = Recipe(n_epochs=3, batch_size=4, learning_rate=1e-3, seed=1)
        learner = EmbeddedLearner(base.llama(), recipe)
        run = Training(learner, Path(folder), training, validation, clock=time.process_time)
        began, wall_began, seen = time.process_time(), time.perf_counter(), []
        for told in run.run():
            if isinstance(told, Step):
                now = time.process_time()
                by_steps = (now - began) * (told.total_steps - told.step) / told.step
                seen.append((now, run.remaining_seconds(), by_steps))
    total = time.process_time() - began
    wall = time.perf_counter() - wall_began
    print(
        f"fifty examples, three epochs with validation: {wall:.0f} s, {total:.0f} of CPU  (limit 60 on two idle cores)"
    )
    ended = began + total
    judged = [one for one in seen if FIRST <= (one[0] - began) / total <= LAST]
    rests = [ended - one[0] for one in judged]
    for name, index in (("by work", 1), ("by counting steps", 2)):
        errors = [abs(one[index] - rest) for one, rest in zip(judged, rests, strict=True)]
        print(
            f"{name}: after the first tenth {errors[0] / rests[0]:.0%} of the rest, "
            f"at worst {max(errors) / total:.0%} of the job, "
            f"{max(error / rest for error, rest in zip(errors, rests, strict=True)):.0%} of the rest"
        )


if __name__ == "__main__":
    main()

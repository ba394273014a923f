import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trainer.driving import chat_rows, jsonl
from trainer.engine.memory import Lengths, longest_that_fits, needed_bytes
from trainer.engine.plan import Plan, Unfit, read_lessons, require_fit
from trainer.engine.shape import Shape
from trainer.engine.tiny import TINY, tiny_language
from trainer.process import ONE_THREAD

SMOLLM2 = Shape(30, 576, 1536, 9, 3, 49_152, 8192, 100_000.0, 1e-5)

MEASURED = """
import re, sys
from pathlib import Path
import numpy as np
from trainer.engine.embedded_learner import EmbeddedLearner
from trainer.engine.examples import Example, Pair
from trainer.engine.learner import Recipe
from trainer.engine.tiny import tiny_llama
from trainer.engine.training import Training

def status(name):
    return 1024 * int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

texts = [Example(np.full(500, 65, np.int32), np.ones(500, bool)) for _ in range(8)]
lessons = texts if sys.argv[2] == "1" else [Pair(text, text) for text in texts]
before = status("VmRSS")
recipe = Recipe(1, 4, 1e-4, 1, beta=None if sys.argv[2] == "1" else 0.1)
list(Training(EmbeddedLearner(tiny_llama(), recipe), Path(sys.argv[1]), lessons, lessons[:2]).run())
print(status("VmHWM") - before)
"""


@pytest.mark.parametrize("n_texts", [1, 2], ids=["supervised", "dpo"])
def test_the_bound_lies_above_what_a_run_takes_and_not_far_above(tmp_path: Path, n_texts: int) -> None:
    command = [sys.executable, "-c", MEASURED, str(tmp_path), str(n_texts)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**ONE_THREAD, "PYTHONPATH": "."})  # noqa: S603 - our own words
    needed = needed_bytes(TINY, Lengths([500] * 8, [500] * 2, 4, n_texts))
    assert int(run.stdout) < needed < 2.5 * int(run.stdout)


def test_the_bound_of_the_largest_job_of_smollm2_is_what_the_docs_say() -> None:
    assert needed_bytes(SMOLLM2, Lengths([1024] * 4, [1024] * 2, 4)) == pytest.approx(2.7e9, rel=0.02)


def test_what_fits_is_the_longest_length_whose_bound_is_below_what_is_free() -> None:
    lengths = Lengths([900, 40, 300], [20], 4)
    free = needed_bytes(TINY, lengths.with_longest(250))
    assert longest_that_fits(TINY, lengths, free) == 250
    assert longest_that_fits(TINY, lengths, 1000) == 0


def test_a_job_that_would_not_fit_is_told_its_longest_line_and_what_would_fit(tmp_path: Path) -> None:
    rows = chat_rows(10)
    rows[6]["messages"][1]["content"] = "why " * 200
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"\n" + jsonl(rows))
    encoder = tiny_language().encoder
    training, none = read_lessons(str(path), encoder, 1024), read_lessons(None, encoder, 1024)
    fields = {"base": "tiny-random", "training_file": str(path), "validation_file": None, "directory": "", "seed": 1}
    plan = Plan(**fields, n_epochs=1, batch_size=4, learning_rate_multiplier=1, continue_from=None)
    require_fit(plan, TINY, training, none, lambda: 1_000_000_000)
    with pytest.raises(Unfit, match="line 8 of the training file, has 856 tokens") as unfit:
        require_fit(plan, TINY, training, none, lambda: 30_000_000)
    assert "Shorten the examples to at most" in str(unfit.value)
    assert json.dumps(unfit.value.code) == '"insufficient_memory"'

"""What can be known of open models where torch is not installed; `make verify-torch` runs the rest."""

import json
from math import log
from pathlib import Path

import pytest

from tests.trainer.driving import start_trainer
from trainer.engine.examples import Example, PromptExample
from trainer.engine.learner import Recipe, Stop
from trainer.engine.loss import Tally
from trainer.engine.progress import Checkpoint, Paused, Step
from trainer.engine.tiny import TINY, tiny_language
from trainer.engine.training import Training
from trainer.ray_engine import options as ray_options
from trainer.torch_engine import options
from trainer.torch_engine.folder import ModelMissing, opened
from trainer.torch_engine.options import ExtraMissing, Options, require_libraries

CONFIG = {
    "hidden_size": 1536,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "intermediate_size": 8960,
    "vocab_size": 151936,
    "max_position_embeddings": 32768,
}
CARD = "---\nlicense: apache-2.0\nlanguage:\n- en\n- zh\nbase_model: other/base\n---\n\n# license: none of this\n"


def model_folder(path: Path, card: str = CARD) -> Path:
    path.mkdir()
    (path / "config.json").write_text(json.dumps(CONFIG), "utf-8")
    (path / "README.md").write_text(card, "utf-8")
    return path


def test_a_folder_tells_its_shape_licence_and_languages_without_its_weights(tmp_path: Path) -> None:
    folder = opened(str(model_folder(tmp_path / "Qwen2.5-1.5B")))
    assert (folder.id, folder.licence, folder.languages) == ("Qwen2.5-1.5B", "apache-2.0", ("en", "zh"))
    assert (folder.shape().n_layers, folder.shape().key_value_width, folder.context_tokens) == (28, 256, 32768)


@pytest.mark.parametrize("card", ["", "# A model\nlicense: mit\n"], ids=["empty", "no head"])
def test_a_card_that_states_no_licence_leaves_it_open(tmp_path: Path, card: str) -> None:
    folder = opened(str(model_folder(tmp_path / "model", card)))
    assert (folder.licence, folder.languages) == ("see the model's card", ())


def test_a_folder_of_something_else_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"holds no config\.json"):
        opened(str(tmp_path))


def test_what_is_not_installed_is_named_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "find_spec", {"torch": "found"}.get)
    with pytest.raises(ExtraMissing, match=r"Qwen.*needs transformers, peft.*requirements-torch\.lock"):
        require_libraries("Qwen/Qwen3-0.6B")
    monkeypatch.setattr(ray_options, "find_spec", {}.get)
    with pytest.raises(ExtraMissing, match=r"requirements-ray\.lock"):
        ray_options.require_ray()


def test_options_reach_the_training_process_as_they_are() -> None:
    chosen = Options("/models/one", "full", rank=4)
    assert Options(**json.loads(chosen.written())) == chosen
    assert chosen.learning_rate < Options("/models/one").learning_rate


def test_one_server_has_several_bases_and_the_alias_means_the_first(tmp_path: Path) -> None:
    trainer = start_trainer(tmp_path, "--model", "tiny", "--model", "smollm2", "--alias", "gpt-4o-mini")
    with trainer.client() as client:
        assert [model.id for model in client.models.list()] == ["tiny-random", "smollm2-135m"]
        assert client.models.retrieve("gpt-4o-mini").id == "tiny-random"
    trainer.stop()


class Guesser:
    """The smallest thing that learns: one number, the probability that it gives to every token."""

    shape, first_layer, checkpoint_suffix = TINY, 0, ".txt"

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.guess = 0.1

    def resume(self, directory: Path) -> Stop | None:
        path = directory / "state.json"
        if not path.exists():
            return None
        state = json.loads(path.read_text("ascii"))
        self.guess = state["guess"]
        return Stop(state["n_steps"], state["told"])

    def learn(self, batch: list[Example]) -> Tally:
        return self.judge(batch)

    def update(self, rate: float, step: int) -> None:
        self.guess += rate * (1 - self.guess)

    def judge(self, lessons: list[Example]) -> Tally:
        n_tokens = sum(int(lesson.is_target_trained.sum()) for lesson in lessons)
        return Tally(-n_tokens * log(self.guess), 0, n_tokens)

    def save(self, path: Path) -> None:
        path.write_text(str(self.guess), "ascii")

    def keep(self, directory: Path, stop: Stop) -> None:
        state = {"guess": self.guess, "n_steps": stop.n_steps, "told": stop.told}
        (directory / "state.json").write_text(json.dumps(state), "ascii")

    def close(self) -> None:
        pass


def test_the_training_loop_asks_nothing_of_a_learner_but_its_interface(tmp_path: Path) -> None:
    encoder, recipe = tiny_language().encoder, Recipe(n_epochs=2, batch_size=2, learning_rate=0.1, seed=1)
    lessons = [encoder.encode(one) for one in _conversations(6)]

    def run(name: str, pauses: list[bool]) -> list[object]:
        (tmp_path / name).mkdir(exist_ok=True)
        asked = iter(pauses)
        training = Training(
            Guesser(recipe), tmp_path / name, lessons, lessons[:2], must_pause=lambda: next(asked, False)
        )
        return list(training.run())

    whole = run("whole", [])
    assert [type(told) for told in whole] == [Step, Step, Step, Checkpoint] * 2
    assert run("paused", [False, True])[-1] == Paused(2)
    went_on = run("paused", [])
    assert [told for told in went_on if isinstance(told, Step)] == [told for told in whole if isinstance(told, Step)]
    assert (tmp_path / "paused/step-6.txt").read_text("ascii") == (tmp_path / "whole/step-6.txt").read_text("ascii")


def _conversations(n_rows: int) -> list[PromptExample]:
    return [PromptExample(f"{number} plus 1 ->", f" {number + 1}") for number in range(n_rows)]

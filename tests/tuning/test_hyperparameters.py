import pytest

from tuning.hyperparameters import ADVISED, RANGES, AutoValues, auto_values
from tuning.texts import Texts


@pytest.mark.parametrize(
    ("examples", "n_epochs"), [(1, 25), (10, 10), (33, 3), (34, 3), (8_333, 3), (8_334, 2), (25_000, 1), (10**6, 1)]
)
def test_openais_auto_epochs_follow_the_cookbook(examples, n_epochs) -> None:
    assert auto_values("openai", examples) == AutoValues(n_epochs=n_epochs)


def test_preferences_have_an_auto_of_their_own_which_openai_does_not_tell() -> None:
    assert auto_values("openai", 100, "dpo") == AutoValues()
    assert auto_values("trainer", 100, "dpo") == AutoValues(3, 4, 0.2, 0.1)


@pytest.mark.parametrize(("examples", "values"), [(19, AutoValues(5, 2, 1.0)), (20, AutoValues(3, 4, 1.0))])
def test_the_trainers_auto_follows_its_own_rule(examples, values) -> None:
    assert auto_values("trainer", examples) == values


def test_auto_is_unknown_where_the_provider_does_not_say() -> None:
    assert auto_values("custom", 100) == AutoValues()


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("n_epochs", (1, 50), (0, 51)),
        ("learning_rate_multiplier", (1e-6, 100), (0, -1)),
        ("beta", (0.1, 2), (0, 2.1)),
        ("seed", (0, 2_147_483_647), (-1, 2_147_483_648)),
    ],
)
def test_a_range_knows_what_is_inside(name, inside, outside) -> None:
    assert all(value in RANGES[name] for value in inside)
    assert not any(value in RANGES[name] for value in outside)
    assert all(RANGES[name].nearest(value) in RANGES[name] for value in outside)


def test_a_range_is_written_as_people_write_it() -> None:
    written = {name: str(RANGES[name]) for name in ("n_epochs", "learning_rate_multiplier", "seed")}
    assert written == {"n_epochs": "1–50", "learning_rate_multiplier": "> 0", "seed": "0–2147483647"}


@pytest.mark.parametrize("name", ADVISED)
def test_every_hyperparameter_has_advice(name) -> None:
    texts = Texts.load()
    for language in ("en", "zh"):
        said = {texts.say(language, f"advice.{name}.{part}") for part in ("low", "high", "auto")}
        assert len(said) == 3

"""Which hyperparameters for a file of this size, and why."""

from typing import Final

from tuning.advice.pieces import Advice
from tuning.datasets.rules.cost import MANY_EPOCHS
from tuning.hyperparameters import auto_values

MANY_ROWS: Final = 2_000
"""More rows than this need fewer passes (rule H007). Our choice."""

USUAL_EPOCHS: Final = 3
"""OpenAI's Cookbook aims at three passes ("Data preparation and analysis for chat model fine-tuning")."""

EPOCHS_OF_MANY: Final = 2


def advise_hyperparameters(provider: str, method: str, examples: int) -> list[Advice]:
    """Epochs, batch size and learning rate, in the order in which the start form has them; beta for preferences.

    Args:
        provider: the one of the model that is suggested; empty where none is.
    """
    beta = [Advice("A405")] if method == "dpo" else []
    return [_epochs(provider, examples, method), Advice("A403", {"most": max(examples // 4, 1)}), Advice("A404"), *beta]


def _epochs(provider: str, examples: int, method: str) -> Advice:
    auto = auto_values(provider, examples, method).n_epochs
    if auto is None:
        return Advice("A402", {"epochs": EPOCHS_OF_MANY if examples > MANY_ROWS else USUAL_EPOCHS, "n": examples})
    if auto > MANY_EPOCHS:
        return Advice("A406", {"epochs": auto, "fewer": MANY_EPOCHS, "n": examples})
    return Advice("A401", {"epochs": auto, "n": examples})

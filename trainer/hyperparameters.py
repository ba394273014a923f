"""What `auto` becomes once the number of examples is known."""

from typing import Any, Final

from trainer.store import Document

# Measured on small sets of short examples: below 20, smaller batches and more epochs are needed for enough steps.
_FEW_EXAMPLES: Final = 20
# Rafailov et al. 2023 (https://arxiv.org/abs/2305.18290) use 0.1 unless they say otherwise.
_BETA: Final = 0.1
# Measured on 20 pairs with SmolLM2-135M: at 1.0 the loss is 0 after ten steps and facts are lost; at 0.2 it is 0.20,
# every pair is won, and Italy keeps its capital.
_PREFERENCE_RATE: Final = 0.2


def resolved(job: Document, n_examples: int) -> dict[str, Any]:
    """The job's hyperparameters as numbers."""
    method = job["method"]["type"]
    are_few, is_preference = n_examples < _FEW_EXAMPLES, method == "dpo"
    automatic = {
        "n_epochs": 5 if are_few else 3,
        "batch_size": 2 if are_few else 4,
        "learning_rate_multiplier": _PREFERENCE_RATE if is_preference else 1.0,
        **({"beta": _BETA} if is_preference else {}),
    }
    chosen = job["method"][method]["hyperparameters"]
    return {**automatic, **{name: value for name, value in chosen.items() if value != "auto"}}


def as_shown(method: str, hyperparameters: dict[str, Any]) -> dict[str, Any]:
    """The fields of a job that carry them: OpenAI's older place and its newer one."""
    shown = {name: "auto" if value is None else value for name, value in hyperparameters.items()}
    older = {name: value for name, value in shown.items() if name != "beta"}
    return {"hyperparameters": older, "method": {"type": method, method: {"hyperparameters": shown}}}

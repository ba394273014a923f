"""What `auto` becomes once the number of examples is known."""

from typing import Any, Final

from trainer.requests import Hyperparameters

# Measured on small sets of short examples: below 20, smaller batches and more epochs are needed for enough steps.
_FEW_EXAMPLES: Final = 20


def resolved(chosen: Hyperparameters, n_examples: int) -> dict[str, Any]:
    """The hyperparameters as numbers."""
    are_few = n_examples < _FEW_EXAMPLES
    automatic = {
        "n_epochs": 5 if are_few else 3,
        "batch_size": 2 if are_few else 4,
        "learning_rate_multiplier": 1.0,
    }
    given = {name: value for name, value in chosen.model_dump().items() if value not in {"auto", None}}
    return {**automatic, **given}


def as_shown(hyperparameters: dict[str, Any]) -> dict[str, Any]:
    """The fields of a job that carry them: OpenAI's older place and its newer one."""
    method = {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}}
    return {"hyperparameters": hyperparameters, "method": method}

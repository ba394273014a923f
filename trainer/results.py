"""A job's result file: every step's figures as CSV, in OpenAI's columns, with empty cells where there is nothing."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

_COLUMNS: Final = (
    "step",
    "train_loss",
    "train_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
    "train_reward_accuracy",
    "full_valid_reward_accuracy",
)


def csv_of(metrics: Sequence[dict[str, Any]]) -> bytes:
    """The file's bytes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(metrics)
    return text.getvalue().encode()

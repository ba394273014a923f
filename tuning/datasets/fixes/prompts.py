"""Repairs of rows with a prompt and a completion."""

from typing import Final

from tuning.datasets.evidence import as_written
from tuning.datasets.fixes.messages import Row, RowFix, drop
from tuning.datasets.formats import FOREIGN_PROMPT_KEYS
from tuning.datasets.rules import Fault


def _renamed(row: Row, fault: Fault) -> Row:
    key = str(fault.parameters["key"])
    near = next((name for name in FOREIGN_PROMPT_KEYS[key] if name in row), None)
    return {key if name == near else name: value for name, value in row.items()}


def _as_text(row: Row, fault: Fault) -> Row:
    key = str(fault.parameters["key"])
    return {**row, key: as_written(row[key])}


def _without_key(row: Row, fault: Fault) -> Row:
    return {key: value for key, value in row.items() if key != fault.parameters["key"]}


PROMPT_FIXES: Final[dict[str, RowFix]] = {
    "X001": _renamed,
    "X002": _as_text,
    "X003": drop,
    "X004": _without_key,
}

"""Repairs of rows that the model answers itself."""

from typing import Final

from tuning.datasets.fixes.messages import Row, RowFix
from tuning.datasets.rules import Fault

REFERENCE: Final = "reference_answer"
"""Where an answer goes that stands among the messages."""


def _answer_beside(row: Row, _fault: Fault) -> Row:
    *asked, answer = row["messages"]
    content = answer.get("content")
    if REFERENCE in row or not isinstance(content, str) or not content.strip() or not asked:
        return row
    return {**row, "messages": asked, REFERENCE: content}


def _as_developer(row: Row, fault: Fault) -> Row:
    messages = list(row["messages"])
    at = int(fault.parameters["m"]) - 1
    messages[at] = {**messages[at], "role": "developer"}
    return {**row, "messages": messages}


def _reachable_name(row: Row, fault: Fault) -> Row:
    name, slug = (str(fault.parameters[key]) for key in ("field", "slug"))
    return row if slug in row else {slug if key == name else key: value for key, value in row.items()}


REINFORCEMENT_FIXES: Final[dict[str, RowFix]] = {
    "R002": _answer_beside,
    "R003": _as_developer,
    "R007": _reachable_name,
}

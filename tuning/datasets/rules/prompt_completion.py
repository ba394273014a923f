"""Rules on lines with a prompt and a completion."""

from collections.abc import Iterator

from tuning.datasets.evidence import as_written
from tuning.datasets.examples import PromptExample
from tuning.datasets.formats import FOREIGN_PROMPT_KEYS
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.json_types import is_no_json_number, type_phrase

_KEYS = tuple(FOREIGN_PROMPT_KEYS)


@rule("X001")
def key_missing(example: PromptExample) -> Iterator[Fault]:
    """Both keys, in lower case; other tools call them question and answer, or input and output."""
    for key in _KEYS:
        if key not in example.row:
            near = _near(example, key) or next((other for other in example.row if other not in _KEYS), "{}")
            yield Fault(key, evidence=", ".join(example.row), parameters={"key": key, "near": near})


@rule("X002")
def value_not_a_text(example: PromptExample) -> Iterator[Fault]:
    """Lists and numbers are not turned into text for you."""
    for key in _KEYS:
        value = example.row.get(key, "")
        if not isinstance(value, str) and not is_no_json_number(value):
            yield Fault(key, evidence=as_written(value), parameters={"key": key}, phrases={"type": type_phrase(value)})


@rule("X003")
def completion_empty(example: PromptExample) -> Iterator[Fault]:
    """An empty completion teaches nothing."""
    completion = example.row.get("completion")
    if isinstance(completion, str) and not completion.strip():
        yield Fault("completion", phrases={"what": "completions.empty"})


@rule("X004")
def extra_key(example: PromptExample) -> Iterator[Fault]:
    """The server takes the two keys alone; one that only needs another name is X001's."""
    renamed = {_near(example, key) for key in _KEYS if key not in example.row}
    for key in example.row:
        if key not in _KEYS and key not in renamed:
            yield Fault(key, evidence=as_written(example.row[key]), parameters={"key": key})


def _near(example: PromptExample, key: str) -> str | None:
    return next((name for name in FOREIGN_PROMPT_KEYS[key] if name in example.row), None)


RULES = (key_missing, value_not_a_text, completion_empty, extra_key)
"""For every line with a prompt and a completion."""

"""A team's own prompts, out of whatever file holds them: what the old model is asked where its training file is gone.

Pure but for reading the file.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from storage.rows import DatasetFormat, Model
from tuning.asking import Question

MOST_PROMPTS: Final = 5_000
"""Our choice: more examples than nearly any move needs, and a bound on what a slip can cost."""


def prompts_of(path: Path, old: Model) -> list[Question]:
    """The prompts in a file as the old model is asked them, each once, in their order; answers behind them are left out.

    A line is a row of chat (`messages`) or of pairs (`prompt`), or else plain text. A model of prompt/completion pairs
    can't be asked conversations: their lines are left out for it.
    """
    asked = _completed if old.format is DatasetFormat.PROMPT_COMPLETION else _conversed
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        return _first_of_each(question for line in lines if (question := asked(_row(line), old)) is not None)


def _first_of_each(questions: Iterable[Question]) -> list[Question]:
    by_text: dict[str, Question] = {}
    for question in questions:
        by_text.setdefault(json.dumps([question.prompt, *question.messages]), question)
        if len(by_text) == MOST_PROMPTS:
            break
    return list(by_text.values())


def _row(line: str) -> Any:  # noqa: ANN401 - whatever JSON holds.
    """What a line holds: JSON, or else its own text."""
    try:
        return json.loads(line)
    except ValueError:
        return line.strip()


def _conversed(row: Any, old: Model) -> Question | None:  # noqa: ANN401 - whatever JSON holds.
    del old
    if isinstance(row, dict) and isinstance(row.get("messages"), list):
        messages = _asked(row["messages"])
        return Question(messages=messages) if messages else None
    text = _text(row)
    return Question(messages=[{"role": "user", "content": text}]) if text else None


def _completed(row: Any, old: Model) -> Question | None:  # noqa: ANN401 - whatever JSON holds.
    """The prompt with the separator that the model was trained with, once."""
    separator = old.prompt_separator
    text = _text(row).removesuffix(separator)
    return Question(prompt=text + separator, stop=old.completion_stop) if text else None


def _text(row: Any) -> str:  # noqa: ANN401 - whatever JSON holds.
    text = row.get("prompt") if isinstance(row, dict) else row
    return text if isinstance(text, str) and text.strip() else ""


def _asked(messages: list[Any]) -> list[dict[str, str]]:
    """What stands before the last answer; nothing of a row with tools or images, which can't be asked again as text."""
    texts = [one for one in messages if isinstance(one, dict) and isinstance(one.get("content"), str)]
    if len(texts) < len(messages):
        return []
    while texts and texts[-1].get("role") != "user":
        texts.pop()
    return [{"role": str(one.get("role")), "content": one["content"]} for one in texts]

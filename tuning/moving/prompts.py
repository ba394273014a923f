"""A team's own prompts, out of whatever file holds them: what the old model is asked where its training file is gone.

Pure but for reading the file.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from tuning.providers.answers import Message

MOST_PROMPTS: Final = 5_000
"""Our choice: more examples than nearly any move needs, and a bound on what a slip can cost."""

Prompt: TypeAlias = Sequence[Message]
"""A conversation that ends with a person's words."""


def prompts_of(path: Path) -> list[Prompt]:
    """The prompts in a file, each once, in its order; answers that stand behind them are left out.

    A line is a row of chat (`messages`) or of pairs (`prompt`), or else plain text.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        return _first_of_each(filter(None, map(_prompt, lines)))


def _first_of_each(prompts: Iterable[Prompt]) -> list[Prompt]:
    by_text: dict[str, Prompt] = {}
    for prompt in prompts:
        by_text.setdefault(json.dumps(prompt), prompt)
        if len(by_text) == MOST_PROMPTS:
            break
    return list(by_text.values())


def _prompt(line: str) -> Prompt:
    """The prompt of one line; empty where there is none."""
    try:
        row = json.loads(line)
    except ValueError:
        row = line.strip()
    if isinstance(row, dict) and isinstance(row.get("messages"), list):
        return _asked(row["messages"])
    text = row.get("prompt") if isinstance(row, dict) else row
    return [{"role": "user", "content": text}] if isinstance(text, str) and text.strip() else []


def _asked(messages: list[Any]) -> Prompt:
    """What stands before the last answer; nothing of a row with tools or images, which can't be asked again as text."""
    texts = [one for one in messages if isinstance(one, dict) and isinstance(one.get("content"), str)]
    if len(texts) < len(messages):
        return []
    while texts and texts[-1].get("role") != "user":
        texts.pop()
    return [{"role": str(one.get("role")), "content": one["content"]} for one in texts]

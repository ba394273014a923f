"""Preference rows: one of them as the rules see it, and what is kept of all until the last one has been read."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tuning.datasets.answers import FORMS, form_of, refuses
from tuning.datasets.blanks import normalised
from tuning.datasets.examples import ChatExample, Message
from tuning.datasets.hashing import fingerprint
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.scripts import SCRIPTS, script_of

PREFERRED: Final = "preferred_output"
REJECTED: Final = "non_preferred_output"
SIDES: Final = (PREFERRED, REJECTED)


@dataclass(frozen=True)
class PreferenceExample:
    """A line with an input and two outputs."""

    row: Mapping[str, Any]
    provider: ProviderFacts

    @cached_property
    def input(self) -> Mapping[str, Any]:
        """The input, or an empty one where it is no object."""
        asked = self.row.get("input")
        return asked if isinstance(asked, dict) else {}

    @cached_property
    def asked(self) -> tuple[Message, ...]:
        """The messages of the input that are objects."""
        return ChatExample.of(self.input, self.provider).messages

    def output(self, side: str) -> Message | None:
        """The one message of a side; None where there is none."""
        listed = self.row.get(side)
        last = listed[-1] if isinstance(listed, list) and listed else None
        return Message(len(listed) - 1, last) if isinstance(listed, list) and isinstance(last, dict) else None

    def text(self, side: str) -> str:
        """What a side says, blanks aside; calls count as text."""
        output = self.output(side)
        if output is None:
            return ""
        calls = output.fields.get("tool_calls")
        return normalised(output.text) + (f" {calls}" if calls else "")

    def as_chat(self, side: str) -> tuple[ChatExample, int]:
        """The input and one output as one conversation, and how many of its messages are the input's."""
        asked, output = self.input.get("messages"), self.row.get(side)
        messages = list(asked) if isinstance(asked, list) else []
        answer = output if isinstance(output, list) else []
        return ChatExample.of({**self.input, "messages": [*messages, *answer]}, self.provider), len(messages)


class AnswerPairs:
    """Forty bytes a pair."""

    def __init__(self) -> None:
        self._columns = {name: array(kind) for name, kind in _COLUMNS.items()}

    def add(self, line: int, example: int, pair: PreferenceExample) -> None:
        texts = [pair.text(side) for side in SIDES]
        if not all(texts):
            return
        values = {"line": line, "example": example, "asked": fingerprint(normalised(_said(pair.asked)))}
        for prefix, text in zip(("preferred", "rejected"), texts, strict=True):
            values |= {
                prefix: fingerprint(text),
                f"{prefix}_length": len(text),
                f"{prefix}_script": SCRIPTS.index(script_of(text)),
                f"{prefix}_form": FORMS.index(form_of(text)),
                f"{prefix}_refusal": refuses(text),
            }
        for name, value in values.items():
            self._columns[name].append(value)

    def __len__(self) -> int:
        return len(self._columns["line"])

    def column(self, name: str) -> NDArray[np.int64]:
        """One column as numbers; fingerprints keep their bits, not their sign."""
        values = self._columns[name]
        found: NDArray[np.int64] = np.array(values, np.uint64).view(np.int64)
        return found

    def place(self, index: int) -> dict[str, Any]:
        return {"line": self._columns["line"][index], "example": self._columns["example"][index]}


_FEATURES: Final = ("script", "form", "refusal")
_COLUMNS: Final = {
    "line": "I", "example": "I", "asked": "Q", "preferred": "Q", "rejected": "Q", "preferred_length": "I",
    "rejected_length": "I", **{f"{side}_{name}": "B" for side in ("preferred", "rejected") for name in _FEATURES},
}  # fmt: skip


def _said(messages: tuple[Message, ...]) -> str:
    return "\x1e".join(f"{message.role}\x1f{message.text}" for message in messages)


def features() -> Iterator[str]:
    """What may tell the sides apart without being what was meant."""
    yield from _FEATURES

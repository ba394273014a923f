"""What an example says, passage by passage, whatever its format: what the rules on wording and privacy look at."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from storage.rows import DatasetFormat
from tuning.datasets.turns import CALL, Turns, letter, turns_of

_GROUP_KEYS: Final = ("conversation_id", "thread_id", "thread_ts", "session_id", "user_id", "group")


class Passage(NamedTuple):
    """One text of an example."""

    path: str
    role: str
    """The message's role, or `call`; a prompt is the user's, a completion the assistant's."""
    text: str
    is_learned: bool = False
    """Whether the model learns to write it."""
    images: str = ""
    """A digest of the images that its message shows, on the message's first passage; empty where there is none."""

    @property
    def number(self) -> int:
        """The message's number from 1, as sentences give it; 1 where there are no messages."""
        digits = self.path.partition("[")[2].partition("]")[0]
        return int(digits) + 1 if digits.isdigit() else 1


@dataclass(frozen=True)
class Said:
    """All passages of an example, in the order of the file."""

    passages: tuple[Passage, ...]
    group: str = ""
    """What the row itself names as its conversation, thread or person."""
    beside: str = ""
    """The fields for the grader, as JSON, in a reinforcement row."""

    @classmethod
    def of(cls, row: Mapping[str, Any], row_format: DatasetFormat) -> "Said":
        passages = tuple(_READERS.get(row_format, _of_messages)(row))
        marks = (f"{key}:{row[key]}" for key in _GROUP_KEYS if key in row) if len(row) > 1 else ()
        return cls(passages, next(iter(marks), ""), _beside(row) if row_format is DatasetFormat.REINFORCEMENT else "")

    @cached_property
    def turns(self) -> Turns:
        """What the order of the speakers says of the passages."""
        return turns_of("".join([letter(one.role, is_learned=one.is_learned) for one in self.passages]))

    @property
    def answer(self) -> Passage | None:
        """The last text that is learned."""
        return None if self.turns.answer is None else self.passages[self.turns.answer]

    @property
    def question(self) -> Passage | None:
        """The last text of a user before that answer, or at all where there is no answer."""
        return None if self.turns.question is None else self.passages[self.turns.question]

    @property
    def asked(self) -> tuple[Passage, ...]:
        """Everything before the last turn that is learned: what the model is given."""
        return self.passages[: self.turns.answered]

    @property
    def answered(self) -> tuple[Passage, ...]:
        """The last turn that is learned, and what follows it."""
        return self.passages[self.turns.answered :]

    @property
    def answers(self) -> list[str]:
        """The answers that are learned."""
        return [one.text for one in self.passages if one.is_learned and one.role == "assistant"]

    @cached_property
    def system(self) -> str:
        """The system texts."""
        return "\n".join([passage.text for passage in self.passages if passage.role == "system"])

    @cached_property
    def spoken(self) -> bytes:
        """All other texts, in UTF-8: what rows are compared by, for a system text is often the same in all of them."""
        texts = [passage.text + passage.images for passage in self.passages if passage.role != "system"]
        return "\n".join(texts).encode("utf-8", "replace")


def _of_messages(row: Mapping[str, Any], key: str = "messages", above: str = "") -> Iterator[Passage]:
    messages = row.get(key)
    for index, message in enumerate(messages if isinstance(messages, list) else ()):
        if not isinstance(message, dict):
            continue
        path, role = f"{above}{key}[{index}]", message.get("role")
        role = role if isinstance(role, str) else ""
        is_learned = role == "assistant" and message.get("weight", 1) != 0
        images = _images(message.get("content"))
        for place, text in _texts(message.get("content")) if not images else _beside_images(message["content"]):
            yield Passage(f"{path}.content{place}", role, text, is_learned, images)
            images = ""
        if calls := message.get("tool_calls") or message.get("function_call"):
            written = json.dumps(calls, ensure_ascii=False, sort_keys=True)
            yield Passage(f"{path}.tool_calls", CALL, written, is_learned)


def _texts(content: object) -> Iterator[tuple[str, str]]:
    if isinstance(content, str):
        yield "", content
        return
    for index, part in enumerate(content if isinstance(content, list) else ()):
        if isinstance(part, dict) and isinstance(part.get("text"), str):
            yield f"[{index}].text", part["text"]


def _images(content: object) -> str:
    parts = content if isinstance(content, list) else ()
    shown = [part["image_url"] for part in parts if isinstance(part, dict) and "image_url" in part]
    return hashlib.blake2b(json.dumps(shown).encode(), digest_size=8).hexdigest() if shown else ""


def _beside_images(content: object) -> Iterator[tuple[str, str]]:
    """The texts; an empty one where an image stands alone."""
    texts = list(_texts(content))
    yield from texts or [("", "")]


def _of_prompt(row: Mapping[str, Any]) -> Iterator[Passage]:
    for key, role in (("prompt", "user"), ("completion", "assistant")):
        text = row.get(key)
        if isinstance(text, str):
            yield Passage(key, role, text, is_learned=key == "completion")


def _of_preference(row: Mapping[str, Any]) -> Iterator[Passage]:
    """The preferred answer is what is learned; the other one is what is unlearned, and stands before it."""
    asked = row.get("input")
    if isinstance(asked, dict):
        yield from (passage._replace(is_learned=False) for passage in _of_messages(asked, above="input."))
    rejected = _of_messages(row, "non_preferred_output")
    yield from (passage._replace(is_learned=False, role="rejected") for passage in rejected)
    yield from _of_messages(row, "preferred_output")


def _beside(row: Mapping[str, Any]) -> str:
    return json.dumps({key: row[key] for key in row if key not in {"messages", "tools"}}, sort_keys=True)


_SPEAKING_KEYS: Final = (
    "messages", "content", "text", "refusal", "prompt", "completion", "input", "preferred_output", "non_preferred_output"
)  # fmt: skip
_READERS = {DatasetFormat.PROMPT_COMPLETION: _of_prompt, DatasetFormat.PREFERENCE: _of_preference}


def texts_of(row: Mapping[str, Any]) -> Iterator[str]:
    """The longer texts of a row of any format, those that are counted one by one."""
    waiting: list[Any] = [row.get(key) for key in _SPEAKING_KEYS if key in row]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value[key] for key in _SPEAKING_KEYS if key in value)

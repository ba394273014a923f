"""Is this a training file? Judged line by line, in OpenAI's words and with its example numbers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from trainer.errors import path_of

MINIMUM_EXAMPLES: Final = 10  # OpenAI's rule, https://platform.openai.com/docs/guides/supervised-fine-tuning
_FIRST_LINE_BYTES: Final = 16 * 1024 * 1024
_NOT_JSONL: Final = "Expected file to have JSONL format, where every line is a valid JSON dictionary."
_NEITHER: Final = "Unexpected file format, expected either prompt/completion pairs or chat messages."

_Text = Annotated[str, StringConstraints(min_length=1)]


class TextPart(BaseModel):
    """A part of a message's content."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["text"]
    text: str


class LineMessage(BaseModel):
    """One message of a chat example. A weight of 0 keeps an answer from being learned."""

    model_config = ConfigDict(extra="forbid")
    role: Literal["system", "developer", "user", "assistant"]
    content: _Text | Annotated[list[TextPart], Field(min_length=1)]
    name: str | None = None
    weight: Literal[0, 1] | None = None


class ChatLine(BaseModel):
    """One line in chat format."""

    model_config = ConfigDict(extra="forbid")
    messages: Annotated[list[LineMessage], Field(min_length=1)]


class PromptLine(BaseModel):
    """One line with a prompt and its completion."""

    model_config = ConfigDict(extra="forbid")
    prompt: str
    completion: _Text


class UnusableFile(ValueError):
    """The file cannot be trained on; the sentence names the example, the code is OpenAI's."""

    def __init__(self, message: str, code: str = "invalid_training_file") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Line:
    example: int
    line: int
    text: bytes


def first_line_problem(path: Path) -> str | None:
    """Why a file can't be JSONL, from its first line alone: answered while the client waits for its upload."""
    with path.open("rb") as file:
        first = next((line for line in iter(lambda: file.readline(_FIRST_LINE_BYTES), b"") if line.strip()), b"")
    try:
        is_object = isinstance(json.loads(first.decode("utf-8-sig")), dict)
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors.
        is_object = False
    return None if is_object else _NOT_JSONL


def count_examples(path: Path, role: Literal["Training", "Validation"]) -> int:
    """The number of examples in a file of which every line is sound.

    Raises:
        UnusableFile: the first line that is not, or too few of them.
    """
    shapes = set()
    n_examples = 0
    for line in _lines(path):
        n_examples = line.example
        shapes.add(type(_checked(line)))
        if len(shapes) > 1:
            message = f"Invalid file format. Example {line.example} is in another format than those before it."
            raise UnusableFile(message)
    minimum = MINIMUM_EXAMPLES if role == "Training" else 1
    if n_examples < minimum:
        raise UnusableFile(
            f"{role} file has {n_examples} example(s), but must have at least {minimum} examples", "invalid_n_examples"
        )
    return n_examples


def _lines(path: Path) -> Iterator[_Line]:
    example = 0
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                example += 1
                yield _Line(example, number, text.removeprefix(b"\xef\xbb\xbf") if number == 1 else text)


def _checked(line: _Line) -> ChatLine | PromptLine:
    fields = _parsed(line)
    shape = ChatLine if "messages" in fields else PromptLine if {"prompt", "completion"} & fields.keys() else None
    if shape is None:
        raise UnusableFile(f"{_NEITHER} (Example {line.example})")
    try:
        checked = shape.model_validate(fields)
    except ValidationError as error:
        raise UnusableFile(_sentence(line.example, error)) from error
    if isinstance(checked, ChatLine) and not any(_is_lesson(message) for message in checked.messages):
        raise UnusableFile(f"Invalid file format. Example {line.example} has no assistant message to learn from.")
    return checked


def _parsed(line: _Line) -> dict[str, Any]:
    at = f"(line {line.line})"
    try:
        fields = json.loads(line.text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UnusableFile(f"Example {line.example} cannot be parsed. Error: line is not UTF-8 {at}") from error
    except (ValueError, RecursionError) as error:
        message = f"Example {line.example} cannot be parsed. Error: line contains invalid json: {error} {at}"
        raise UnusableFile(message) from error
    if not isinstance(fields, dict):
        raise UnusableFile(f"Example {line.example} cannot be parsed. Error: line is not a JSON dictionary {at}")
    return fields


def _is_lesson(message: LineMessage) -> bool:
    return message.role == "assistant" and message.weight != 0


def _sentence(example: int, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    location = first["loc"]
    if first["type"] == "missing":
        return f"Invalid file format. Example {example}{_message(location)} is missing key '{location[-1]}'."
    return f"Invalid file format. Example {example}{_message(location)}, '{path_of(location)}': {first['msg']}."


def _message(location: tuple[int | str, ...]) -> str:
    is_in_message = len(location) > 1 and location[0] == "messages"
    return f", message {int(location[1]) + 1}" if is_in_message else ""

"""Is this a training file? Judged line by line, in OpenAI's words and with its example numbers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import ValidationError

from trainer.errors import path_of
from trainer.line_shapes import ChatLine, Line, LineMessage, PreferenceLine, PromptLine

MINIMUM_EXAMPLES: Final = 10  # OpenAI's rule, https://platform.openai.com/docs/guides/supervised-fine-tuning
_FIRST_LINE_BYTES: Final = 16 * 1024 * 1024
_NOT_JSONL: Final = "Expected file to have JSONL format, where every line is a valid JSON dictionary."
_NEITHER: Final = (
    "Unexpected file format, expected either prompt/completion pairs or chat messages, "
    "or for dpo an input with a preferred_output and a non_preferred_output."
)

Format = Literal["chat", "completions", "preference"]
Method = Literal["supervised", "dpo"]
_METHODS: Final[Mapping[Format, Method]] = {"chat": "supervised", "completions": "supervised", "preference": "dpo"}


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


def count_examples(path: Path, role: Literal["Training", "Validation"], method: Method) -> int:
    """The number of examples in a file of which every line is sound, and of the method's format.

    Raises:
        UnusableFile: the first line that is not, or too few of them.
    """
    formats: set[Format] = set()
    n_examples = 0
    for line in _lines(path):
        n_examples = line.example
        formats.add(_checked(line))
        if len(formats) > 1:
            message = f"Invalid file format. Example {line.example} is in another format than those before it."
            raise UnusableFile(message)
    minimum = MINIMUM_EXAMPLES if role == "Training" else 1
    if n_examples < minimum:
        raise UnusableFile(
            f"{role} file has {n_examples} example(s), but must have at least {minimum} examples", "invalid_n_examples"
        )
    _require_method(role, formats.pop(), method)
    return n_examples


def _require_method(role: str, found: Format, method: Method) -> None:
    if _METHODS[found] != method:
        raise UnusableFile(
            f"{role} file is in the fine-tune-{found} format, but the specified fine-tuning job is not using "
            f"'{_METHODS[found]}' (provided method={method})"
        )


def _lines(path: Path) -> Iterator[_Line]:
    example = 0
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                example += 1
                yield _Line(example, number, text.removeprefix(b"\xef\xbb\xbf") if number == 1 else text)


def _checked(line: _Line) -> Format:
    fields = _parsed(line)
    name, shape = _shape(fields)
    if shape is None:
        raise UnusableFile(f"{_NEITHER} (Example {line.example})")
    try:
        checked = shape.model_validate(fields)
    except ValidationError as error:
        raise UnusableFile(_sentence(line.example, error)) from error
    if isinstance(checked, ChatLine) and not any(_is_lesson(message) for message in checked.messages):
        raise UnusableFile(f"Invalid file format. Example {line.example} has no assistant message to learn from.")
    return name


def _shape(fields: dict[str, Any]) -> tuple[Format, type[Line] | None]:
    if {"input", "preferred_output", "non_preferred_output"} & fields.keys():
        return "preference", PreferenceLine
    if "messages" in fields:
        return "chat", ChatLine
    return "completions", PromptLine if {"prompt", "completion"} & fields.keys() else None


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
    inner = location[1:] if location[0] == "input" else location
    is_in_message = len(inner) > 1 and inner[0] == "messages"
    return f", message {int(inner[1]) + 1}" if is_in_message else ""

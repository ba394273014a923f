"""The questions put to base and tuned model: held out of training where there is a validation file."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.rows import JSON, DatasetFormat, Model
from tuning.asking import Question, question_for
from tuning.texts import Language, Texts

QUESTIONS: Final = 3
_READ_EXAMPLES: Final = 2_000
_GENERAL: Final = ("moon", "coffee", "monday")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as people read it, as the models are asked it, and the dataset's own answer."""

    shown: str
    question: Question
    expected: str = ""
    """Empty where nobody has written one."""


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of a file are written."""

    format: DatasetFormat
    prompt_separator: str = ""
    completion_stop: str = ""


def held_out_questions(path: Path, model: Model, most: int = QUESTIONS) -> list[Asked]:
    """Questions out of the validation file at `path`, spread evenly over it; fewer where it has fewer."""
    return spread_questions(path, Form(model.format, model.prompt_separator, model.completion_stop), most)


def spread_questions(path: Path, form: Form, count: int) -> list[Asked]:
    """`count` questions out of the file at `path`, spread evenly over it; fewer where it has fewer.

    Lines that are no example are passed over, as are conversations with tools or images.
    """
    with path.open("rb") as stream:
        examples = list(itertools.islice(_examples(stream), _READ_EXAMPLES))
    asked = [question for example in examples if (question := _asked(example, form)) is not None]
    stride = max(len(asked) // count, 1)
    return asked[::stride][:count]


def general_questions(texts: Texts, language: Language, model: Model) -> list[Asked]:
    """Neutral questions, for a job without a validation file, in the language of its dataset."""
    words = [texts.say(language, f"jobs.question.{name}") for name in _GENERAL]
    return [Asked(text, question_for(model, text)) for text in words]


def _asked(example: JSON, form: Form) -> Asked | None:
    if form.format is DatasetFormat.PROMPT_COMPLETION:
        return _completion_asked(example, form)
    messages = example.get("messages")
    if form.format is DatasetFormat.PREFERENCE:
        asked, preferred = example.get("input") or {}, example.get("preferred_output")
        messages = [*(asked.get("messages") or ()), *(preferred or ())] if isinstance(asked, dict) else None
    return _chat_asked(messages) if isinstance(messages, list) else None


def _chat_asked(messages: Sequence[JSON]) -> Asked | None:
    """The last answer of a conversation is what is asked for; all that stands before it is the question.

    Only text is asked: conversations with tools or images are left to richer evaluations.
    """
    if len(messages) < 2 or not all(_is_plain(message) for message in messages):  # noqa: PLR2004
        return None
    *before, last = messages
    if last.get("role") != "assistant" or before[-1].get("role") != "user":
        return None
    plain = [{"role": message["role"], "content": message["content"]} for message in before]
    return Asked(before[-1]["content"], Question(messages=plain), last["content"])


def _is_plain(message: JSON) -> bool:
    """An answer of a tool can't be sent without the call that it answers, which may stand beside a text."""
    has_tool = bool(message.get("tool_calls")) or message.get("role") in {"tool", "function"}
    return isinstance(message.get("content"), str) and not has_tool


def _completion_asked(example: JSON, form: Form) -> Asked | None:
    prompt, completion = example.get("prompt"), example.get("completion")
    if not isinstance(prompt, str) or not isinstance(completion, str) or not prompt:
        return None
    shown = prompt.removesuffix(form.prompt_separator) if form.prompt_separator else prompt
    expected = completion.removesuffix(form.completion_stop) if form.completion_stop else completion
    return Asked(shown, Question(prompt=prompt, stop=form.completion_stop), expected.strip())


def _examples(lines: Iterator[bytes]) -> Iterator[JSON]:
    for line in lines:
        if line.strip():
            try:
                example = json.loads(line)
            except ValueError:
                continue
            if isinstance(example, dict):
                yield example

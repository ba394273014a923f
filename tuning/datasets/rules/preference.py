"""Rules on lines with an input and two answers.

Shape: OpenAI's OpenAPI specification of 2025-05, FineTunePreferenceRequestInput.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from tuning.datasets.evidence import as_written
from tuning.datasets.pairs_of_answers import PREFERRED, REJECTED, SIDES, PreferenceExample
from tuning.datasets.rules import Fault, rule

ALMOST_THE_SAME = 0.98
"""The similarity of two answers from which a pair teaches nothing. Our choice."""

_NAMES_ELSEWHERE = {
    "input": ("prompt", "question", "messages"),
    PREFERRED: ("chosen", "preferred", "preferred_completion", "preferred_response"),
    REJECTED: ("rejected", "non_preferred", "rejected_completion", "non_preferred_completion", "rejected_response"),
}
_INPUT_KEYS = ("messages", "tools", "parallel_tool_calls")
_LONGEST_COMPARED = 4_000


@rule("P001")
def key_missing(pair: PreferenceExample) -> Iterator[Fault]:
    """Three keys; other tools call them prompt, chosen and rejected."""
    for key in _NAMES_ELSEWHERE:
        if key not in pair.row:
            near = _near(pair, key)
            phrases = {} if near else {"near": "pairs.missing"}
            yield Fault(key, evidence=", ".join(pair.row), parameters={"key": key, "near": near}, phrases=phrases)


@rule("P002")
def input_malformed(pair: PreferenceExample) -> Iterator[Fault]:
    """The input is an object with messages, not the list of messages itself."""
    asked = pair.row.get("input", {"messages": [None]})
    messages = asked.get("messages") if isinstance(asked, dict) else None
    if not (isinstance(messages, list) and messages):
        yield Fault("input", evidence=as_written(asked))


@rule("P003")
def extra_key(pair: PreferenceExample) -> Iterator[Fault]:
    """The server refuses keys that it does not know; one that only needs another name is P001's."""
    renamed = {_near(pair, key) for key in _NAMES_ELSEWHERE if key not in pair.row}
    for key in pair.row:
        if key not in _NAMES_ELSEWHERE and key not in renamed:
            yield Fault(key, evidence=as_written(pair.row[key]), parameters={"key": key})
    for key in pair.input:
        if key not in _INPUT_KEYS:
            yield Fault(f"input.{key}", evidence=as_written(pair.input[key]), parameters={"key": f"input.{key}"})


@rule("P004")
def not_one_message(pair: PreferenceExample) -> Iterator[Fault]:
    """A list of exactly one message on each side."""
    for side in SIDES:
        output = pair.row.get(side, [{}])
        if not (isinstance(output, list) and len(output) == 1 and isinstance(output[0], dict)):
            yield Fault(side, evidence=as_written(output), parameters={"side": side})


@rule("P005")
def output_role(pair: PreferenceExample) -> Iterator[Fault]:
    """Only answers are compared; Azure compares results of tools too."""
    for side in SIDES:
        output = pair.output(side)
        if output and output.fields.get("role") not in pair.provider.output_roles:
            role = as_written(output.fields.get("role"))
            yield Fault(f"{side}[{output.position}].role", evidence=role, parameters={"side": side, "role": role})


@rule("P006")
def output_empty(pair: PreferenceExample) -> Iterator[Fault]:
    """An answer that says nothing and calls nothing."""
    for side in SIDES:
        output = pair.output(side)
        if output and not output.text.strip() and not output.has_calls and not output.fields.get("refusal"):
            yield Fault(f"{side}[{output.position}].content", parameters={"side": side})


@rule("P007")
def outputs_the_same(pair: PreferenceExample) -> Iterator[Fault]:
    """Equal answers cannot be preferred to each other."""
    preferred, rejected = pair.text(PREFERRED), pair.text(REJECTED)
    if not preferred or not rejected:
        return
    if preferred == rejected:
        yield Fault(PREFERRED, evidence=preferred)
    elif _is_almost_the_same(preferred, rejected):
        yield Fault(PREFERRED, severity="W", evidence=preferred)


@rule("P008")
def input_already_answered(pair: PreferenceExample) -> Iterator[Fault]:
    """The input ends where the answers begin."""
    if pair.asked and pair.asked[-1].role == "assistant":
        yield Fault(f"input.{pair.asked[-1].path}", evidence=pair.asked[-1].text)


@rule("P010")
def not_text(pair: PreferenceExample) -> Iterator[Fault]:
    """DPO is trained on text alone."""
    places = [(f"input.{message.path}", message) for message in pair.asked]
    places += [(f"{side}[{output.position}]", output) for side in SIDES if (output := pair.output(side))]
    for path, message in places:
        content = message.fields.get("content")
        for index, part in enumerate(content if isinstance(content, list) else ()):
            kind = part.get("type") if isinstance(part, dict) else None
            if kind in ("image_url", "input_audio", "audio", "file"):
                yield Fault(f"{path}.content[{index}]", evidence=str(kind), parameters={"type": str(kind)})


def _near(pair: PreferenceExample, key: str) -> str:
    return next((name for name in _NAMES_ELSEWHERE[key] if name in pair.row), "")


def _is_almost_the_same(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < longer * ALMOST_THE_SAME:
        return False
    matcher = SequenceMatcher(None, one[:_LONGEST_COMPARED], other[:_LONGEST_COMPARED], autojunk=False)
    return matcher.quick_ratio() > ALMOST_THE_SAME and matcher.ratio() > ALMOST_THE_SAME


RULES = (
    key_missing,
    input_malformed,
    extra_key,
    not_one_message,
    output_role,
    output_empty,
    outputs_the_same,
    input_already_answered,
    not_text,
)
"""For every line of a preference file."""

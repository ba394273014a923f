"""Rules on lines for reinforcement: a prompt that the model answers itself, and what its answer is compared with.

Shape: OpenAI's OpenAPI specification of 2025-05, FineTuneReinforcementRequestInput.
"""

import re
from collections.abc import Iterator

from tuning.datasets.evidence import as_written
from tuning.datasets.items import ReinforcementExample, reference_in
from tuning.datasets.rules import Fault, rule

_REACHABLE = re.compile(r"[A-Za-z_]\w*")
_NAMESPACES = ("item", "sample")
_TRACES = re.compile(
    r"\bchain[ -]of[ -]thought\b|\bthink (?:it )?(?:through )?step[ -]by[ -]step\b|\b(?:show|reveal|output|write out) (?:me )?your "
    r"(?:full |internal |hidden )?(?:reasoning|thoughts|thinking)\b|\breason(?:ing)? step[ -]by[ -]step\b|\bexplain your reasoning\b"
    r"|思维链|一步一步地?(?:思考|推理)|逐步(?:思考|推理)|(?:展示|写出|输出|给出)你的(?:推理|思考)过程",
    re.IGNORECASE,
)
_SHORTEST_LEAK = 6
_UNSUPPORTED = ("input_audio", "audio", "file")


def is_reachable(name: str) -> bool:
    """Whether a template can reach a field of that name."""
    return bool(_REACHABLE.fullmatch(name)) and name not in _NAMESPACES


@rule("R001")
def no_messages(example: ReinforcementExample) -> Iterator[Fault]:
    """A list of messages, and at least one."""
    messages = example.row.get("messages")
    if not (isinstance(messages, list) and messages):
        yield Fault("messages", evidence=as_written(messages) if "messages" in example.row else None)


@rule("R002")
def already_answered(example: ReinforcementExample) -> Iterator[Fault]:
    """The model writes the answer; one that is there belongs into a field."""
    if example.messages and example.messages[-1].role == "assistant":
        yield Fault(example.messages[-1].path, evidence=example.messages[-1].text)


@rule("R003")
def system_role(example: ReinforcementExample) -> Iterator[Fault]:
    """Azure: 'System messages are not supported in reinforcement examples'; the role is called developer there."""
    for message in example.messages:
        if message.role == "system":
            yield Fault(f"{message.path}.role", evidence=message.text, parameters={"m": message.number})


@rule("R004")
def nothing_to_compare(example: ReinforcementExample) -> Iterator[Fault]:
    """Where the grader reads fields of the row, the row has some."""
    if not example.fields and any(part.item_fields for part in example.graders):
        yield Fault(evidence=", ".join(example.row))


@rule("R005")
def field_missing(example: ReinforcementExample) -> Iterator[Fault]:
    """Every field that the grader reads is there and says something."""
    fields = example.fields
    if not fields:
        return
    for part in example.graders:
        for name in part.needed_fields:
            value = fields.get(name)
            if value in (None, [], {}) or (isinstance(value, str) and not value.strip()):
                yield Fault(name, parameters={"field": name, "grader": part.name})


@rule("R007")
def field_unreachable(example: ReinforcementExample) -> Iterator[Fault]:
    """A template reaches names of letters, digits and underscores; `item` and `sample` mean something else there."""
    for name in example.fields:
        if not is_reachable(name):
            slug = re.sub(r"\W+", "_", name).strip("_") or "field"
            slug = f"field_{slug}" if slug in _NAMESPACES or slug[0].isdigit() else slug
            yield Fault(name, evidence=name, parameters={"field": name, "slug": slug})


@rule("R010")
def answer_in_prompt(example: ReinforcementExample) -> Iterator[Fault]:
    """A prompt that holds the answer teaches copying."""
    name, reference = reference_in(example.fields, example.graders)
    if len(reference) < _SHORTEST_LEAK:
        return
    for message in example.messages:
        if message.role != "assistant" and reference.lower() in message.text.lower():
            yield Fault(f"{message.path}.content", evidence=reference, parameters={"m": message.number, "field": name})
            return


@rule("R011")
def asks_for_traces(example: ReinforcementExample) -> Iterator[Fault]:
    """Azure blocks files that ask for reasoning traces as `unsafe_file`."""
    for message in example.messages:
        if match := _TRACES.search(message.text):
            yield Fault(f"{message.path}.content", evidence=match.group(), parameters={"text": match.group()})
            return


@rule("R012")
def part_not_supported(example: ReinforcementExample) -> Iterator[Fault]:
    """Audio and files are not trained on."""
    for message in example.messages:
        content = message.fields.get("content")
        for index, part in enumerate(content if isinstance(content, list) else ()):
            if isinstance(part, dict) and part.get("type") in _UNSUPPORTED:
                yield Fault(f"{message.path}.content[{index}]", parameters={"type": str(part["type"])})


RULES = (
    no_messages,
    already_answered,
    system_role,
    nothing_to_compare,
    field_missing,
    field_unreachable,
    answer_in_prompt,
    asks_for_traces,
    part_not_supported,
)
"""For every line of a reinforcement file."""

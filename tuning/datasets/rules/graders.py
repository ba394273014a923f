"""Rules on what a grader is made of.

Source: openai-python 3.54, `types/graders`, and OpenAI's reinforcement fine-tuning guide (mid-2025).
"""

from collections.abc import Iterator
from typing import Any

from tuning.datasets.evidence import as_written
from tuning.datasets.graders import TYPES, GraderPart
from tuning.datasets.rules import Fault, rule
from tuning.near import nearest

OPERATIONS = ("eq", "ne", "like", "ilike")
METRICS = (
    "cosine",
    "fuzzy_match",
    "bleu",
    "gleu",
    "meteor",
    "rouge_1",
    "rouge_2",
    "rouge_3",
    "rouge_4",
    "rouge_5",
    "rouge_l",
)

_REQUIRED = {
    "string_check": ("name", "input", "reference", "operation"),
    "text_similarity": ("name", "input", "reference", "evaluation_metric"),
    "score_model": ("name", "input"),
    "label_model": ("name", "input", "model", "labels", "passing_labels"),
    "python": ("name", "source"),
    "multi": ("name", "graders", "calculate_output"),
}
_CLOSED_MODELS = ("gpt-3.5", "gpt-4-", "o1-mini", "o1-preview", "text-davinci", "davinci")


@rule("G001")
def type_unknown(part: GraderPart) -> Iterator[Fault]:
    """Six types of grader."""
    if part.type not in TYPES:
        parameters: dict[str, str | int] = {"type": as_written(part.spec.get("type")), "choices": ", ".join(TYPES)}
        yield Fault(f"{part.path}.type", parameters=parameters)


@rule("G002")
def field_missing(part: GraderPart) -> Iterator[Fault]:
    """What each type cannot do without."""
    for name in _REQUIRED.get(part.type, ()):
        if part.spec.get(name) in (None, ""):
            yield Fault(f"{part.path}.{name}", parameters={"grader": part.name, "field": name})


@rule("G003")
def operation_unknown(part: GraderPart) -> Iterator[Fault]:
    """Four ways to compare two texts."""
    operation = part.spec.get("operation")
    if part.type == "string_check" and operation and operation not in OPERATIONS:
        written = as_written(operation)
        near = "".join(nearest(written, OPERATIONS)[:1]) or ", ".join(OPERATIONS)
        yield Fault(f"{part.path}.operation", parameters={"grader": part.name, "operation": written, "near": near})


@rule("G004")
def metric_unknown(part: GraderPart) -> Iterator[Fault]:
    """Eleven ways to measure how alike two texts are."""
    metric = part.spec.get("evaluation_metric")
    if part.type == "text_similarity" and metric and metric not in METRICS:
        written = as_written(metric)
        near = "".join(nearest(written, METRICS)[:1]) or ", ".join(METRICS)
        yield Fault(f"{part.path}.evaluation_metric", parameters={"grader": part.name, "metric": written, "near": near})


@rule("G006")
def score_model_malformed(part: GraderPart) -> Iterator[Fault]:
    """A model that still answers, a range from low to high, and messages to ask it with."""
    if part.type != "score_model":
        return
    model, scale = part.spec.get("model"), part.spec.get("range")
    if not model or not isinstance(model, str):
        yield _wrong(part, "model", "graders.no_model")
    elif model.startswith(_CLOSED_MODELS):
        yield _wrong(part, "model", "graders.closed_model", model=model)
    if scale is not None and not _is_range(scale):
        yield _wrong(part, "range", "graders.range")
    if part.spec.get("input") and not _are_messages(part.spec["input"]):
        yield _wrong(part, "input", "graders.messages")


@rule("G007")
def label_model_malformed(part: GraderPart) -> Iterator[Fault]:
    """Labels, and which of them pass."""
    if part.type != "label_model":
        return
    labels, passing = part.spec.get("labels"), part.spec.get("passing_labels")
    if labels is not None and not (isinstance(labels, list) and labels):
        yield _wrong(part, "labels", "graders.no_labels")
    elif passing is not None and not (
        isinstance(passing, list) and passing and all(one in (labels or ()) for one in passing)
    ):
        yield _wrong(part, "passing_labels", "graders.passing_labels")


def _is_range(scale: object) -> bool:
    is_pair = isinstance(scale, list) and len(scale) == 2  # noqa: PLR2004 - low and high.
    if not is_pair or not isinstance(scale, list):
        return False
    low, high = scale
    are_numbers = all(isinstance(end, int | float) and not isinstance(end, bool) for end in scale)
    return bool(are_numbers and low < high)


def _are_messages(value: Any) -> bool:  # noqa: ANN401 - whatever stands there.
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(isinstance(one, dict) and "role" in one and "content" in one for one in value)


def _wrong(part: GraderPart, key: str, what: str, **seen: str) -> Fault:
    evidence = as_written(part.spec.get(key))
    return Fault(
        f"{part.path}.{key}", evidence=evidence, parameters={"grader": part.name, **seen}, phrases={"what": what}
    )


RULES = (type_unknown, field_missing, operation_unknown, metric_unknown, score_model_malformed, label_model_malformed)
"""For every part of a grader."""

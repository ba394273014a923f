"""Rules on what a grader computes: templates, programs, formulas, and how it scores an empty answer.

A program is read, never run: running it, and asking a model, are left to a grader that is handed in.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tuning.datasets.graders import GraderPart, is_unbalanced, string_check
from tuning.datasets.items import ItemCensus, reference_in
from tuning.datasets.probes import Probes
from tuning.datasets.rules import Fault, rule
from tuning.near import nearest

LARGEST_SOURCE_BYTES = 256 * 1024
GENEROUS = 0.5
"""A score for an empty answer from which answers need not be good. Our choice."""

_NAMESPACES = ("item", "sample")
_SAMPLE_FIELDS = ("output_text", "output_json", "output_tools", "choices")
_FUNCTIONS = ("min", "max", "abs", "floor", "ceil", "exp", "sqrt", "log")
_NODES = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant, ast.operator, ast.unaryop, ast.Load)
_ARGUMENTS = 2


@dataclass(frozen=True, slots=True)
class Graded:
    """A grader's part beside the rows that it reads; there may be none."""

    part: GraderPart
    items: ItemCensus | None
    probes: Probes
    inner_names: frozenset[str] = frozenset()
    """The names that the formula of a `multi` may use."""


@rule("G005")
def template_broken(graded: Graded) -> Iterator[Fault]:
    """Braces that match, a namespace that exists, and a path that the rows have."""
    part = graded.part
    for path, text in part.texts:
        if is_unbalanced(text):
            yield _template(part, path, text, "graders.unbalanced")
    for template in part.templates:
        if template.namespace not in _NAMESPACES:
            yield _template(part, template.where, template.inside, "graders.namespace")
        elif template.namespace == "sample" and template.field not in _SAMPLE_FIELDS:
            near = nearest(template.field, _SAMPLE_FIELDS)
            yield _template(part, template.where, template.inside, "graders.no_sample", near)
        elif template.namespace == "item" and graded.items and graded.items.rows:
            is_absent = graded.items.rows_without(template.field) == graded.items.rows
            if is_absent or (template.goes_deeper and not graded.items.has_parts(template.field)):
                near = nearest(template.field, graded.items.fields)
                yield _template(part, template.where, template.inside, "graders.no_item", near)


@rule("G008")
def program_broken(graded: Graded) -> Iterator[Fault]:
    """Python that can be read, with `grade(sample, item)`; whether it runs is tried where a grader was handed in."""
    part, source = graded.part, graded.part.spec.get("source")
    if part.type != "python" or not isinstance(source, str) or not source:
        return
    if len(source.encode("utf-8", "replace")) > LARGEST_SOURCE_BYTES:
        yield _program(part, "", {"trace": "graders.too_large"})
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        yield _program(part, f"{type(error).__name__}, {line or 1}: {getattr(error, 'msg', error)}")
        return
    grades = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "grade"]
    if not grades:
        yield _program(part, "", {"trace": "graders.no_grade"})
    elif not _takes_two(grades[-1].args):
        yield _program(part, "", {"trace": "graders.arity"})
    elif trace := _trace(graded):
        yield _program(part, trace)


@rule("G009")
def formula_broken(graded: Graded) -> Iterator[Fault]:
    """A `multi` holds no other, and its formula uses the names of its graders."""
    part = graded.part
    if part.type == "multi" and part.is_inside:
        yield _formula(part, "", {"error": "graders.nested"})
    formula = part.spec.get("calculate_output")
    if part.type != "multi" or not isinstance(formula, str) or not formula:
        return
    try:
        tree = ast.parse(formula.replace("^", "**"), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield _formula(part, formula, {"error": "graders.no_formula"})
        return
    if not all(isinstance(node, _NODES) for node in ast.walk(tree)):
        yield _formula(part, formula, {"error": "graders.no_formula"})
        return
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for name in sorted(names - graded.inner_names - set(_FUNCTIONS)):
        yield _formula(part, name, {"error": "graders.unknown_name"})


@rule("G010")
def grader_generous(graded: Graded) -> Iterator[Fault]:
    """An empty answer that scores well, or no worse than the right one."""
    for empty, right in _trials(graded):
        if empty >= GENEROUS or (right is not None and empty == right):
            yield Fault(graded.part.path, parameters={"grader": graded.part.name, "score": f"{empty:g}"})
            return


@rule("G011")
def score_outside(graded: Graded) -> Iterator[Fault]:
    """Scores lie from 0 to 1."""
    for scores in _trials(graded):
        for score in scores:
            if score is not None and not 0 <= score <= 1:
                yield Fault(graded.part.path, parameters={"grader": graded.part.name, "score": f"{score:g}"})
                return


def _trials(graded: Graded) -> Iterator[tuple[float, float | None]]:
    """The scores of an empty answer and of the right one, for some rows; what cannot be told is left out.

    A `string_check` is computed here; every other whole grader only where one was handed in.
    """
    part = graded.part
    for item in graded.items.samples if graded.items and not part.is_inside else ():
        name, reference = reference_in(item, (part,))
        scores = [_score(graded, text, item) for text in ("", reference)]
        if scores[0] is not None:
            yield scores[0], scores[1] if name else None


def _score(graded: Graded, text: str, item: dict[str, object]) -> float | None:
    sample = {"output_text": text}
    if graded.part.type == "string_check":
        return string_check(graded.part.spec, sample, item)
    if graded.probes.grade is None:
        return None
    try:
        return float(graded.probes.grade(sample, item))
    except Exception:  # noqa: BLE001 - a team's own code may raise anything; G008 tells.
        return None


def _trace(graded: Graded) -> str:
    """What a program raises when it is run on a few rows; empty where it was not, or raises nothing."""
    if graded.probes.grade is None or graded.items is None or graded.part.is_inside:
        return ""
    for item in graded.items.samples:
        try:
            graded.probes.grade({"output_text": ""}, item)
        except Exception as error:  # noqa: BLE001 - the same.
            return f"{type(error).__name__}: {error}"
    return ""


def _takes_two(arguments: ast.arguments) -> bool:
    positional = [*arguments.posonlyargs, *arguments.args]
    return len(positional) - len(arguments.defaults) <= _ARGUMENTS and (
        len(positional) >= _ARGUMENTS or arguments.vararg is not None
    )


def _template(part: GraderPart, where: str, inside: str, what: str, near: list[str] | None = None) -> Fault:
    phrases = {"what": what} | ({} if near else {"near": "graders.check_spelling"})
    parameters = {"grader": part.name, "template": inside, "near": "".join((near or [])[:1])}
    return Fault(where, evidence=inside, parameters=parameters, phrases=phrases)


def _program(part: GraderPart, trace: str, phrases: dict[str, str] | None = None) -> Fault:
    return Fault(f"{part.path}.source", parameters={"grader": part.name, "trace": trace}, phrases=phrases or {})


def _formula(part: GraderPart, seen: str, phrases: dict[str, str]) -> Fault:
    return Fault(f"{part.path}.calculate_output", evidence=seen or None, parameters={"seen": seen}, phrases=phrases)


RULES = (template_broken, program_broken, formula_broken, grader_generous, score_outside)
"""For every part of a grader."""

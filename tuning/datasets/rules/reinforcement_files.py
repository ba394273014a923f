"""Rules on the rows of a reinforcement file taken together, and on what is planned with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tuning import known_models
from tuning.datasets.items import ItemCensus
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.reinforcement import is_reachable
from tuning.known_models import Fate

GUESSED_PER_CENT = 80
FEW_ANSWERS = 4
"""So few different answers are guessed too often. Our choice, as are the shares."""

USUAL_KEY_PER_CENT = 50
_FEWEST_ROWS = 10


@dataclass(frozen=True, slots=True)
class ReinforcementFile:
    """All rows, and the job they are meant for; what is not chosen yet is empty."""

    items: ItemCensus
    provider: ProviderFacts
    model: str
    method: str
    today: date
    response_format: Mapping[str, Any] | None = None
    base_score: float | None = None


@rule("R006")
def field_varies(file: ReinforcementFile) -> Iterator[Fault]:
    """A field has one type in every row; that some rows lack it only warns, unless the grader reads it."""
    read = {name for part in file.items.graders for name in part.item_fields}
    for name, facts in file.items.fields.items():
        types = [kind for kind, _ in facts.counts.most_common() if kind != "null"]
        for kind in types[1:]:
            for line, example in facts.places[kind]:
                phrases = {"here": f"types.{kind}", "elsewhere": f"types.{types[0]}"}
                yield Fault(name, line=line, example=example, parameters={"field": name}, phrases=phrases)
        if types and name not in read and "null" in facts.counts:
            line, example = facts.places["null"][0]
            phrases = {"here": "types.null", "elsewhere": f"types.{types[0]}"}
            yield Fault(name, line=line, example=example, severity="W", parameters={"field": name}, phrases=phrases)
        n = file.items.rows_without(name)
        if n and name not in read and is_reachable(name):
            is_usual = n * 100 < file.items.rows * USUAL_KEY_PER_CENT
            here, elsewhere = ("missing", "there") if is_usual else ("there", "missing")
            with_it = min(places[0] for places in facts.places.values())
            line, example = file.items.first_without.get(name, (1, 1)) if is_usual else with_it
            phrases = {"here": f"fields.{here}", "elsewhere": f"fields.{elsewhere}"}
            yield Fault(name, line=line, example=example, severity="W", parameters={"field": name}, phrases=phrases)


@rule("R009")
def answers_guessable(file: ReinforcementFile) -> Iterator[Fault]:
    """Where few answers are possible, luck is rewarded."""
    references = file.items.references
    n = references.total()
    if n < _FEWEST_ROWS or file.items.has_many_references:
        return
    answer, most = references.most_common(1)[0]
    different = sum(count > 0 for count in references.values())
    if most * 100 > n * GUESSED_PER_CENT or different <= FEW_ANSWERS:
        yield Fault(evidence=answer, parameters={"share": most * 100 // n, "answer": answer})


@rule("R013")
def output_not_json(file: ReinforcementFile) -> Iterator[Fault]:
    """`output_json` is there only where a strict JSON schema was asked for."""
    if any(part.reads_output_json for part in file.items.graders) and not _is_strict(file.response_format):
        yield Fault("response_format")


@rule("R014")
def model_without_reinforcement(file: ReinforcementFile) -> Iterator[Fault]:
    """Few models can be tuned so; o4-mini, OpenAI's only one, was closed on 2026-10-23."""
    known = known_models.find(file.provider.id, file.model) if file.model else None
    is_open = known and "reinforcement" in known.methods and known.fate(file.today) is Fate.TRAINABLE
    if file.method == "reinforcement" and known and not is_open:
        offered = known_models.trainable(file.provider.id, file.today)
        others = ", ".join(one.id for one in offered if "reinforcement" in one.methods)
        phrases = {} if others else {"choices": "cost.another_host"}
        parameters = {"model": file.model, "provider": file.provider.name, "choices": others}
        yield Fault("base_model", parameters=parameters, phrases=phrases)


@rule("R015")
def no_learning_signal(file: ReinforcementFile) -> Iterator[Fault]:
    """Only where the base model was tried: never right, or always, there is nothing to reinforce."""
    if file.base_score is not None and (file.base_score <= 0 or file.base_score >= 1):
        yield Fault(parameters={"score": round(file.base_score * 100)})


def _is_strict(response_format: Mapping[str, Any] | None) -> bool:
    schema = (response_format or {}).get("json_schema")
    is_schema = (response_format or {}).get("type") == "json_schema"
    return is_schema and isinstance(schema, dict) and schema.get("strict") is True


RULES = (field_varies, answers_guessable, output_not_json, model_without_reinforcement, no_learning_signal)
"""For every reinforcement file."""

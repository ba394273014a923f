"""Rules on the rows taken together: how many there are, how much they teach, what they have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.rows import DatasetFormat
from tuning.datasets.columns import Column
from tuning.datasets.measures import SystemPrompts
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.rules import Fault, rule

USUAL_MINIMUM = 50
"""From here effects are usually seen (OpenAI's supervised fine-tuning guide)."""

FIRST_RUN_SIZE = 200
"""Up to here a file is a first run. Our choice."""

LARGEST_SHARE_PER_CENT = 20
"""Of all trained tokens, for one row. Our choice."""

SYSTEM_SHARE_PER_CENT = 50
"""Of all tokens, for one system text that every row repeats. Our choice."""

_LONG_SYSTEM_PROMPT_TOKENS = 100
_SMALLEST_TO_SHARE = 10
_FEWEST_LONG_TOKENS = 50
"""With fewer rows every one of them has a large share."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The rows of a file, summed up."""

    provider: ProviderFacts
    format: DatasetFormat
    examples: int
    measured: int
    """Rows that could be read far enough to count their tokens."""
    trained_tokens: int
    most_trained_tokens: int
    most_trained_line: int | None
    prompts: Column
    completions: Column
    system_prompts: SystemPrompts
    system_prompt_tokens: int
    """Of the commonest system text, wherever it occurs."""
    total_tokens: int


@rule("S001")
def too_few(dataset: Dataset) -> Iterator[Fault]:
    """OpenAI: 'Training file has 7 example(s), but must have at least 10 examples'."""
    provider = dataset.provider
    missing = provider.minimum_examples - dataset.examples
    if missing > 0:
        parameters: dict[str, str | int] = {
            "n": dataset.examples, "minimum": provider.minimum_examples, "missing": missing, "provider": provider.name
        }  # fmt: skip
        yield Fault(parameters=parameters)


@rule("S002")
def few(dataset: Dataset) -> Iterator[Fault]:
    """Enough to be accepted, hardly enough to be noticed."""
    if dataset.provider.minimum_examples <= dataset.examples < USUAL_MINIMUM:
        yield Fault(parameters={"n": dataset.examples})


@rule("S003")
def first_run(dataset: Dataset) -> Iterator[Fault]:
    """OpenAI's guide: doubling the examples usually brings a similar gain again."""
    if USUAL_MINIMUM <= dataset.examples < FIRST_RUN_SIZE:
        yield Fault(parameters={"n": dataset.examples})


@rule("S004")
def too_many(dataset: Dataset) -> Iterator[Fault]:
    """Some providers, and reinforcement, have a maximum."""
    limits = [dataset.provider.maximum_examples]
    if dataset.format is DatasetFormat.REINFORCEMENT:
        limits.append(50_000)  # OpenAI's reinforcement fine-tuning guide.
    maximum = min((limit for limit in limits if limit is not None), default=dataset.examples)
    if dataset.examples > maximum:
        yield Fault(parameters={"n": dataset.examples, "maximum": maximum})


@rule("S005")
def nothing_learned(dataset: Dataset) -> Iterator[Fault]:
    """Every answer has weight 0, or there is none."""
    if dataset.measured and not dataset.trained_tokens and dataset.format is not DatasetFormat.REINFORCEMENT:
        yield Fault()


@rule("S006")
def one_row_outweighs(dataset: Dataset) -> Iterator[Fault]:
    """The loss is a mean over tokens: one long answer can drown all others."""
    is_learned = dataset.trained_tokens and dataset.format is not DatasetFormat.REINFORCEMENT
    is_long = dataset.most_trained_tokens >= _FEWEST_LONG_TOKENS
    if is_learned and is_long and dataset.examples >= _SMALLEST_TO_SHARE:
        share = dataset.most_trained_tokens * 100 // dataset.trained_tokens
        if dataset.most_trained_tokens * 100 > dataset.trained_tokens * LARGEST_SHARE_PER_CENT:
            yield Fault(line=dataset.most_trained_line, parameters={"share": share})


@rule("X003")
def open_ended(dataset: Dataset) -> Iterator[Fault]:
    """Prompts that are all empty are meant so: the model learns to write freely."""
    if dataset.prompts.count and dataset.prompts.is_uniform and not dataset.prompts.first:
        yield Fault(severity="I", phrases={"what": "completions.open_ended"})


@rule("X006")
def all_the_same(dataset: Dataset) -> Iterator[Fault]:
    """A column mapped wrongly gives the same prompt, or the same completion, on every line."""
    for key, texts in (("prompt", dataset.prompts), ("completion", dataset.completions)):
        if texts.count > 1 and texts.is_uniform and texts.first.strip():
            yield Fault(key, evidence=texts.first, parameters={"key": key, "text": texts.first})


@rule("Q013")
def system_prompts_vary(dataset: Dataset) -> Iterator[Fault]:
    """The model learns under the system text of its examples; several of them divide what it learns."""
    prompts = dataset.system_prompts
    if prompts.distinct > 1:
        yield Fault(evidence=prompts.common, parameters={"n": prompts.distinct}, phrases={"what": "systems.several"})
        return
    tokens = dataset.system_prompt_tokens
    is_long = tokens > _LONG_SYSTEM_PROMPT_TOKENS * max(prompts.common_examples, 1)
    if prompts.distinct and is_long and tokens * 100 > dataset.total_tokens * SYSTEM_SHARE_PER_CENT:
        share = tokens * 100 // dataset.total_tokens
        yield Fault(severity="I", parameters={"n": share}, phrases={"what": "systems.long"})


RULES = (
    too_few,
    few,
    first_run,
    too_many,
    nothing_learned,
    one_row_outweighs,
    open_ended,
    all_the_same,
    system_prompts_vary,
)
"""For every file that has rows."""

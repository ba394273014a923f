"""Rules on what the prompts, or the completions, of a file have in common.

Source: OpenAI's former guide for prompts and completions and the validators of its old command line
(openai-python 0.28, `validators.py`), whose thresholds these are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tuning.datasets.columns import Column
from tuning.datasets.remembered import RememberedRows
from tuning.datasets.rules import Fault, rule

LONGEST_PROMPT_PREFIX, LONGEST_COMPLETION_PREFIX = 12, 4
"""Characters that all prompts, or all completions, may begin with."""

SMALLEST_CLASS = 10
"""Rows. Our choice."""

_FEWEST_ROWS = 10
_CLASSES_NAMED = 8


@dataclass(frozen=True, slots=True)
class PromptColumns:
    """Both columns of a prompt/completion file."""

    prompts: Column
    completions: Column
    rows: RememberedRows
    has_old_tokenizer: bool
    """Whether the model's tokens begin with the blank before a word, so that a leading one saves tokens."""

    @property
    def is_worth_judging(self) -> bool:
        return self.prompts.count >= _FEWEST_ROWS

    @property
    def has_prompts(self) -> bool:
        return bool(self.prompts.first) or not self.prompts.is_uniform

    @property
    def is_classification(self) -> bool:
        return self.rows.are_labels

    @property
    def named(self) -> tuple[tuple[str, Column], tuple[str, Column]]:
        return ("prompt", self.prompts), ("completion", self.completions)


@rule("X007")
def no_separator(columns: PromptColumns) -> Iterator[Fault]:
    """A base model must see where the prompt ends."""
    prompts = columns.prompts
    if columns.is_worth_judging and columns.has_prompts and not prompts.is_uniform and not prompts.separator():
        yield Fault("prompt", parameters={"separator": _shown(prompts.proposal)})


@rule("X008")
def separator_inside(columns: PromptColumns) -> Iterator[Fault]:
    """A separator that also occurs earlier separates nothing."""
    prompts = columns.prompts
    if columns.is_worth_judging and prompts.with_separator_inside:
        n, separator = prompts.with_separator_inside, _shown(prompts.separator())
        yield Fault("prompt", parameters={"n": n, "separator": separator, "other": _shown(prompts.proposal)})


@rule("X009")
def no_ending(columns: PromptColumns) -> Iterator[Fault]:
    """Without a common end the tuned model does not know when to stop; a class of one word does."""
    completions = columns.completions
    is_open = not completions.is_uniform and not completions.separator()
    if columns.is_worth_judging and is_open and not columns.is_classification:
        yield Fault("completion", parameters={"ending": _shown(completions.proposal)})


@rule("X010")
def common_beginning(columns: PromptColumns) -> Iterator[Fault]:
    """What every text begins with says nothing and is paid for in each."""
    limits = {"prompt": LONGEST_PROMPT_PREFIX, "completion": LONGEST_COMPLETION_PREFIX}
    for key, column in columns.named:
        if columns.is_worth_judging and len(column.prefix) > limits[key]:
            yield Fault(key, evidence=column.prefix, parameters={"key": key, "text": column.prefix})


@rule("X011")
def mostly_upper_case(columns: PromptColumns) -> Iterator[Fault]:
    """Capitals cost more tokens and are rarer in what the model knows."""
    for key, column in columns.named:
        if columns.is_worth_judging and column.upper_letters * 2 > column.lower_letters:
            yield Fault(key, evidence=column.first, parameters={"key": key})


@rule("X012")
def no_leading_blank(columns: PromptColumns) -> Iterator[Fault]:
    """Only for the old base models."""
    if columns.has_old_tokenizer and columns.is_worth_judging and not columns.completions.with_leading_blank:
        yield Fault("completion")


@rule("X013")
def task_guess(columns: PromptColumns) -> Iterator[Fault]:
    """Few different completions are classes; a rare class is learned badly."""
    if not columns.is_worth_judging or not columns.is_classification or columns.completions.is_uniform:
        return
    ranked = columns.rows.labels.most_common()
    rarest, n = ranked[-1]
    table = ", ".join(f"{label}: {count}" for label, count in ranked[:_CLASSES_NAMED])
    parameters: dict[str, str | int] = {"classes": len(ranked), "rarest": rarest, "n": n}
    yield Fault("completion", severity="W" if n < SMALLEST_CLASS else None, evidence=table, parameters=parameters)


def _shown(sign: str) -> str:
    """A separator as one writes it: line breaks as \\n."""
    return sign.replace("\n", "\\n")


RULES = (
    no_separator,
    separator_inside,
    no_ending,
    common_beginning,
    mostly_upper_case,
    no_leading_blank,
    task_guess,
)
"""For a file of prompts and completions."""

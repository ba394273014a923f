"""Rules on an example's length in tokens, and what they are spent on."""

from collections.abc import Iterator
from dataclasses import dataclass

from tuning.datasets.rules import Fault, rule
from tuning.tokens.counting import ExampleTokens

TOOL_RESULTS_PER_CENT = 50
"""Of an example's tokens. Our choice."""


@dataclass(frozen=True, slots=True)
class MeasuredExample:
    """An example's tokens beside the context in which the model is trained."""

    tokens: ExampleTokens
    context_tokens: int | None
    """None where it is not known."""


@rule("C027")
def beyond_context(example: MeasuredExample) -> Iterator[Fault]:
    """What does not fit is cut from the end, in silence; the end is the answer."""
    if example.context_tokens is None:
        return
    over = example.tokens.total - example.context_tokens
    if over > 0:
        is_lost = example.tokens.before_answer >= example.context_tokens
        parameters = {"n": example.tokens.total, "limit": example.context_tokens, "over": over}
        yield Fault(severity="E" if is_lost else None, parameters=parameters)


@rule("T020")
def mostly_tool_results(example: MeasuredExample) -> Iterator[Fault]:
    """What a tool answers is paid for and never learned."""
    results, total = example.tokens.tool_results, example.tokens.total
    if results * 100 > total * TOOL_RESULTS_PER_CENT:
        yield Fault(parameters={"share": results * 100 // total})


RULES = (beyond_context, mostly_tool_results)
"""For every example whose tokens were counted."""

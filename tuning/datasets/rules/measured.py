"""The rule on an example's length in tokens."""

from collections.abc import Iterator
from dataclasses import dataclass

from tuning.datasets.rules import Fault, rule
from tuning.tokens.counting import ExampleTokens


@dataclass(frozen=True, slots=True)
class MeasuredExample:
    """An example's tokens beside the context in which the model is trained."""

    tokens: ExampleTokens
    context_tokens: int


@rule("C027")
def beyond_context(example: MeasuredExample) -> Iterator[Fault]:
    """What does not fit is cut from the end, in silence; the end is the answer."""
    over = example.tokens.total - example.context_tokens
    if over > 0:
        is_lost = example.tokens.before_answer >= example.context_tokens
        parameters = {"n": example.tokens.total, "limit": example.context_tokens, "over": over}
        yield Fault(severity="E" if is_lost else None, parameters=parameters)

"""What asking ten rows of a base model costs, named before anybody presses."""

from decimal import Decimal
from typing import Final

from tuning.advice.whether import ROWS
from tuning.datasets.measures import TokenFacts
from tuning.prices import MILLION, Price

ANSWER_TOKENS: Final = 300
"""The longest answer that is asked for."""

PROMPT_CHARACTERS: Final = 3_000
"""The longest prompt that can be tried: the most that Slack's text field takes
(https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element, read 2026-11)."""

_PROMPT_TOKENS: Final = 1_000
"""Reckoned for the prompt, about what so many English characters are."""


def asking_usd(tokens: TokenFacts, price: Price | None) -> Decimal | None:
    """At most about what ten questions and answers cost, as if each row were the longest; None where nobody knows.

    Args:
        price: of the models tuned from the base; a base model is asked at that or less where its own price isn't known.
    """
    if price is None or price.input is None or price.output is None:
        return None
    asked = ROWS * (tokens.longest + _PROMPT_TOKENS)
    return (asked * price.input + ROWS * ANSWER_TOKENS * price.output) / MILLION

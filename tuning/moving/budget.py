"""What answers of an old model may cost: known at the most before each question, so that no budget is ever passed. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tuning.asking import Question
from tuning.prices import MILLION, price_of
from tuning.providers.answers import Answered

ANSWER_TOKENS: Final = 800
"""The longest answer that is bought; a longer one is cut off and not trained on."""
_MESSAGE_TOKENS: Final = 8
"""A message has about three tokens of its own beside its text (OpenAI's Cookbook); more than that is put by."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a token costs in a unit: US dollars, or one each where nobody knows the price."""

    unit: str
    """`usd` or `tokens`."""
    per_prompt_token: Decimal
    per_answer_token: Decimal

    def at_most(self, question: Question, answer_tokens: int = ANSWER_TOKENS) -> Decimal:
        """More than a question can cost: no text has more tokens than bytes, and no answer more than was allowed."""
        texts = [question.prompt] if question.prompt else [message["content"] for message in question.messages]
        return self._cost(sum(len(text.encode("utf-8", "replace")) + _MESSAGE_TOKENS for text in texts), answer_tokens)

    def of(self, question: Question, answered: Answered, answer_tokens: int = ANSWER_TOKENS) -> Decimal:
        """What an answer has cost; the most that it can have where the host doesn't say."""
        if answered.prompt_tokens is None or answered.completion_tokens is None:
            return self.at_most(question, answer_tokens)
        return self._cost(answered.prompt_tokens, answered.completion_tokens)

    def _cost(self, prompt_tokens: int, answer_tokens: int) -> Decimal:
        return prompt_tokens * self.per_prompt_token + answer_tokens * self.per_answer_token


def tariff_of(provider: str, model: str, today: date) -> Tariff:
    """The tariff of a tuned model, by the price of its base."""
    price = price_of(provider, model, today)
    if price is None or price.input is None or price.output is None:
        return Tariff("tokens", Decimal(1), Decimal(1))
    return Tariff("usd", price.input / MILLION, price.output / MILLION)

"""Advice in a reader's words, each piece with its rule and where that comes from."""

from decimal import Decimal
from typing import Any

from tuning.advice.base_models import Candidate
from tuning.advice.pieces import Advice
from tuning.texts import Language, Texts

_MONEY = "_usd"


class AdviceWording:
    """Writes advice in one language."""

    def __init__(self, texts: Texts, language: Language) -> None:
        self._texts = texts
        self._language = language

    def sentence(self, advice: Advice) -> str:
        """What we advise."""
        values = {name: self._written(name, value) for name, value in advice.parameters.items()}
        values |= {name: self._say(key) for name, key in advice.phrases.items()}
        return self._say(f"advise.{advice.rule}", **values)

    def source(self, advice: Advice) -> str:
        """The rule, and where it comes from: `A301 · OpenAI's …`."""
        return f"{advice.rule} · {self._say(f'advise.{advice.rule}.source')}"

    def good_for(self, candidate: Candidate) -> str:
        """What a model is good for, or why it can't be taken."""
        if candidate.obstacle:
            return self._say(f"advise.obstacle.{candidate.obstacle}", n=candidate.minimum_examples)
        return self._say(f"advise.good_for.{candidate.good_for or 'unknown'}")

    def price(self, candidate: Candidate) -> str:
        """What this file costs with it; never a guess."""
        usd = candidate.priced.usd
        if usd is None:
            return self._say("advise.price.unknown")
        about = "" if candidate.priced.is_exact or usd == 0 else "≈ "
        return f"{about}{self._texts.usd(self._language, usd)}"

    def minimum(self, candidate: Candidate) -> str:
        return self._say("advise.minimum", n=candidate.minimum_examples)

    def end(self, candidate: Candidate) -> str:
        """Until when the model lives."""
        if candidate.shuts_down_on is None:
            return self._say("advise.end.none")
        return self._say("advise.end", date=candidate.shuts_down_on.isoformat())

    def described(self, advice: Advice) -> dict[str, Any]:
        """A piece as the command line gives it to other programs."""
        return {
            "rule": advice.rule,
            "advice": self.sentence(advice),
            "source": self._say(f"advise.{advice.rule}.source"),
            "parameters": dict(advice.parameters),
        }

    def _say(self, key: str, **parameters: str | int) -> str:
        return self._texts.say(self._language, key, **parameters)

    def _written(self, name: str, value: str | int) -> str | int:
        return self._texts.usd(self._language, Decimal(value)) if name.endswith(_MONEY) else value

"""What the doctor finds: one sign a check, good or bad, by the key of its sentence."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.os_reasons import all_in_words
from bot.wrong_settings import SettingsProblem
from tuning.texts import Language, Texts


class State(StrEnum):
    """How a check came out."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
    """It can't be told from here, or needs a look."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One line of the doctor's."""

    check: str
    """What was looked at, in snake_case: `bot_token`."""
    state: State
    key: str
    """Of the sentence: what was found, and where it is bad what to do."""
    parameters: dict[str, str | int] = field(default_factory=dict)
    prevents_start: bool = False
    """Whether the bot can't work at all like this."""

    def name(self, texts: Texts, language: Language) -> str:
        return texts.say(language, f"doctor.name.{self.check}")

    def sentence(self, texts: Texts, language: Language) -> str:
        return texts.say(language, self.key, **all_in_words(texts, language, self.parameters))

    def as_json(self, texts: Texts, language: Language) -> dict[str, Any]:
        return {
            "check": self.check,
            "state": self.state.value,
            "code": self.key,
            "message": self.sentence(texts, language),
            "prevents_start": self.prevents_start,
        }


def good(check: str, **parameters: str | int) -> Sign:
    return Sign(check, State.GOOD, f"doctor.{check}.good", parameters)


def bad(check: str, key: str, *, prevents_start: bool = False, **parameters: str | int) -> Sign:
    return Sign(check, State.BAD, f"doctor.{check}.{key}", parameters, prevents_start)


def unknown(check: str, key: str, **parameters: str | int) -> Sign:
    return Sign(check, State.UNKNOWN, f"doctor.{check}.{key}", parameters)


def of_setting(problem: SettingsProblem) -> Sign:
    """A setting that is wrong or missing: the bot doesn't start with it."""
    return Sign("settings", State.BAD, problem.code, dict(problem.parameters), prevents_start=True)

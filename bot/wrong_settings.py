"""What is wrong with the settings, as sentences that say what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import AliasChoices, BaseModel
from pydantic_core import ErrorDetails

from bot.os_reasons import all_in_words
from tuning.texts import Language, Texts


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """One setting that is wrong or missing, by the key of its sentence."""

    code: str
    parameters: dict[str, str] = field(default_factory=dict)
    setting: str = ""
    """The field of `Settings` that it is about; empty where it is about none alone."""


class WrongSettings(Exception):
    """Tunesmith can't start with these settings."""

    def __init__(self, problems: Sequence[SettingsProblem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)

    def sentences(self, texts: Texts, language: Language) -> list[str]:
        """What is wrong and what to do, one sentence or two for each problem; never a secret."""
        return [
            texts.say(language, problem.code, **all_in_words(texts, language, problem.parameters))
            for problem in self.problems
        ]


def problem_of(settings: type[BaseModel], error: ErrorDetails) -> SettingsProblem:
    """A setting's problem, from what pydantic says about it."""
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    setting = name_of_field(settings, error)
    if error["type"].startswith("settings."):
        return SettingsProblem(error["type"], context, setting)
    name = variable_of(settings, setting)
    if error["type"] == "literal_error":
        expected = context["expected"].replace("'", "")
        return SettingsProblem("settings.choice", {"name": name, "expected": expected}, setting)
    if error["type"].startswith(("int", "greater", "less")):
        return SettingsProblem("settings.number", {"name": name}, setting)
    return SettingsProblem("settings.unreadable", {"name": name}, setting)


def name_of_field(settings: type[BaseModel], error: ErrorDetails) -> str:
    """The field that pydantic complains about, which it calls by its variable or by its own name."""
    location = str(error["loc"][0])
    return next((name for name in settings.model_fields if location in {name, variable_of(settings, name)}), location)


def variable_of(settings: type[BaseModel], field_name: str) -> str:
    """The environment variable that sets a field."""
    alias = settings.model_fields[field_name].validation_alias
    first = alias.choices[0] if isinstance(alias, AliasChoices) else alias
    return first if isinstance(first, str) else field_name.upper()

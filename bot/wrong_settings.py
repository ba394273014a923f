"""What is wrong with the settings, as sentences that say what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from tuning.texts import Language, Texts


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """One setting that is wrong or missing, by the key of its sentence."""

    code: str
    parameters: dict[str, str] = field(default_factory=dict)


class WrongSettings(Exception):
    """Tunesmith can't start with these settings."""

    def __init__(self, problems: Sequence[SettingsProblem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)

    def sentences(self, texts: Texts, language: Language) -> list[str]:
        """What is wrong and what to do, one sentence or two for each problem; never a secret."""
        return [texts.say(language, problem.code, **problem.parameters) for problem in self.problems]


def problem_of(settings: type[BaseModel], error: ErrorDetails) -> SettingsProblem:
    """A setting's problem, from what pydantic says about it."""
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    if error["type"].startswith("settings."):
        return SettingsProblem(error["type"], context)
    name = _variable(settings, str(error["loc"][0]))
    if error["type"] == "literal_error":
        return SettingsProblem("settings.choice", {"name": name, "expected": context["expected"].replace("'", "")})
    if error["type"].startswith(("int", "greater", "less")):
        return SettingsProblem("settings.number", {"name": name})
    return SettingsProblem("settings.unreadable", {"name": name})


def _variable(settings: type[BaseModel], location: str) -> str:
    field_info = settings.model_fields.get(location)
    alias = field_info.validation_alias if field_info else None
    return alias if isinstance(alias, str) else location.upper()

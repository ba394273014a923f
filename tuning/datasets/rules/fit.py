"""Rules on whether a file's format, the model and the method belong together."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.rows import DatasetFormat
from tuning import known_models
from tuning.datasets.rules import Fault, rule

_SUPERVISED_FORMATS = ("chat", "prompt_completion")


@dataclass(frozen=True, slots=True)
class Fit:
    """A file's format beside what it is meant for; what is not chosen yet is empty."""

    format: DatasetFormat
    provider_id: str
    model: str
    method: str


@rule("X005")
def model_does_not_fit(fit: Fit) -> Iterator[Fault]:
    """Chat models take chat lines, base models prompts and completions, and not every model learns from preferences."""
    known = known_models.find(fit.provider_id, fit.model)
    if known is None or fit.format is DatasetFormat.UNKNOWN:
        return
    is_other_shape = fit.format in _SUPERVISED_FORMATS and fit.format not in known.formats
    if is_other_shape or (known.methods and fit.format.method not in known.methods):
        is_preference = fit.format is DatasetFormat.PREFERENCE
        wanted = "not_preference" if is_preference else known.formats[0]
        yield Fault(parameters={"model": fit.model}, phrases={"format": f"formats.{wanted}"})


@rule("P015")
def method_does_not_fit(fit: Fit) -> Iterator[Fault]:
    """OpenAI: 'Input file ... is in the fine-tune-chat format, but ... (provided method=dpo)'."""
    if fit.method and fit.format is not DatasetFormat.UNKNOWN and fit.format.method != fit.method:
        yield Fault(parameters={"method": fit.method}, phrases={"format": f"formats.{fit.format}"})


RULES = (model_does_not_fit, method_does_not_fit)
"""For a file that has rows, and again when a job is asked for."""

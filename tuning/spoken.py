"""Whether a model can write the language of a dataset; known for few models, and then worth a warning."""

from typing import Final

from tuning import known_models
from tuning.datasets.report import Report
from tuning.texts import Language

MOSTLY: Final = 0.5
"""From so great a share of answers with Chinese characters on, a file counts as Chinese."""


def language_of_answers(report: Report) -> Language:
    """The language that a file teaches, of the two that we tell apart."""
    return "zh" if report.han_share > MOSTLY else "en"


def is_foreign(provider: str, model: str, report: Report) -> bool:
    """Whether a model, or one tuned from it, certainly can't write what a file teaches."""
    known = known_models.find(provider, model)
    limited_to = known.languages if known else ()
    return bool(limited_to) and language_of_answers(report) not in limited_to

"""The note that somebody must accept before a model's answers are bought to train another on. Pure.

OpenAI's terms for businesses forbid to "use Output [...] to develop any artificial intelligence models that compete
with our products and services", with exceptions for classifiers and for its own fine-tuning (as quoted in public in
January 2024; we have not read the newest wording, which is why the note sends people to what they have agreed to).
"""

from typing import Final

_WITH_NOTE: Final = frozenset({"openai", "azure"})


def terms_key(provider: str) -> str:
    """The catalogue's key of the note for a provider; for most it only says that there may be such terms."""
    return f"moves.terms.{provider if provider in _WITH_NOTE else 'other'}"

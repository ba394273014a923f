"""Why a job failed, in a reader's words."""

from typing import Final

from storage.rows import Job
from tuning.texts import Language, Texts

PROVIDERS_REASONS: Final = frozenset(
    {"insufficient_quota", "invalid_n_examples", "invalid_training_file", "unsafe_file"}
)
"""The codes of a provider's own for which we have a sentence (OpenAI's fine-tuning guide and error codes)."""


def failure(texts: Texts, language: Language, job: Job, provider: str) -> str:
    """The reason that `job` carries: our own sentence for a code we know, beside it what the provider said.

    Args:
        provider: the provider as it is called in sentences.
    """
    key = f"jobs.failure.{job.error_code}"
    if key in texts.keys(language):
        return texts.say(language, key, provider=provider, message=job.error_message, job_id=job.id)
    return job.error_message or texts.say(language, "jobs.failure.unsaid", provider=provider)

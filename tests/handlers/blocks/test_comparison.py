"""The comparison says what broke it, to each reader in his language."""

import pytest

from handlers.blocks.comparison import comparison
from handlers.language import Voice
from tests.handlers.blocks.samples import plain_job
from tuning.errors import ModelNotReady, ProviderUnavailable, UserFacingError
from tuning.texts import Language, Texts


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("error", [ProviderUnavailable("OpenAI"), ModelNotReady("ft:marv")])
def test_a_failed_comparison_gives_its_reason_in_the_readers_language(language: Language, error: UserFacingError):
    voice = Voice(Texts.load(), language)
    why = {"error_code": error.code, "error_parameters": error.parameters}

    shown = comparison(voice, plain_job(), {"source": "general", "questions": [], **why})

    assert voice(f"errors.{error.code}", **error.parameters) in str(shown.blocks)

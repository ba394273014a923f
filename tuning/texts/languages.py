"""The languages in which Tunesmith speaks."""

from typing import Literal, TypeAlias, get_args

Language: TypeAlias = Literal["en", "zh"]
"""English, and simplified Chinese."""

LANGUAGES: tuple[Language, ...] = get_args(Language)


def language_of(locale: str) -> Language:
    """The language for a reader whose Slack or system locale is `locale`, such as "zh-CN" or "en_GB.UTF-8".

    Every Chinese locale reads Chinese, everyone else English.
    """
    return "zh" if locale.lower().startswith("zh") else "en"

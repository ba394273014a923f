"""Numbers, money, sizes and times as each language writes them."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal

from tuning.texts.languages import Language

CENT = Decimal("0.01")

_LOCALES: dict[Language, str] = {"en": "en_US", "zh": "zh_Hans_CN"}
_TEN = 10
_SIZE_UNITS = ("B", "KB", "MB", "GB", "TB")
_SECONDS_IN = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def written(language: Language, value: str | int) -> str:
    """A parameter as it stands in a sentence; a bool is refused, since no language writes 'True'."""
    if isinstance(value, bool):
        raise TypeError("a sentence's parameter is a string or a number, not a bool")
    return format_decimal(value, locale=_LOCALES[language]) if isinstance(value, int) else value


def usd(language: Language, amount: Decimal) -> str:
    """US dollars and cents: $12.40, in Chinese US$12.40."""
    return format_currency(amount, "USD", locale=_LOCALES[language])


def size(language: Language, size_bytes: int) -> str:
    """A size in decimal units (1 MB is a million bytes), with one decimal below ten, where it still tells."""
    unit = next(index for index in reversed(range(len(_SIZE_UNITS))) if size_bytes >= 1000**index or index == 0)
    pattern = "#,##0.#" if unit and size_bytes < _TEN * 1000**unit else "#,##0"
    return f"{format_decimal(size_bytes / 1000**unit, pattern, locale=_LOCALES[language])} {_SIZE_UNITS[unit]}"


def units_of_time(seconds: float) -> list[tuple[str, int]]:
    """The two largest units of a length of time: 125.3 gives [("minutes", 2), ("seconds", 5)]."""
    rest = round(max(seconds, 0))
    parts: list[tuple[str, int]] = []
    for unit, length in _SECONDS_IN.items():
        count, rest = divmod(rest, length)
        if count or parts:
            parts.append((unit, count))
    return [(unit, count) for unit, count in parts[:2] if count] or [("seconds", 0)]

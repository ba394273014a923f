"""By which method a file is trained on, which its rows decide."""

from collections.abc import Iterable

from storage.rows import DatasetFormat
from tuning.advice.pieces import Advice, Use

_OF_FORMAT = {DatasetFormat.PREFERENCE: "dpo", DatasetFormat.REINFORCEMENT: "reinforcement"}
_RULES = {"supervised": "A201", "dpo": "A202", "reinforcement": "A203"}


def method_of(row_format: DatasetFormat) -> str:
    """`supervised`, `dpo` or `reinforcement`, as jobs name it."""
    return _OF_FORMAT.get(row_format, "supervised")


def advise_method(row_format: DatasetFormat, use: Use | None, offered: Iterable[str]) -> list[Advice]:
    """The method for rows of that format, and what stands against it.

    Args:
        offered: the methods that can be started here today.
    """
    method = method_of(row_format)
    advice = [Advice(_RULES[method])]
    if method not in offered:
        advice.append(Advice("A204", phrases={"method": f"advise.method.{method}"}))
    if method == "supervised" and use is Use.TONE:
        advice.append(Advice("A205"))
    return advice

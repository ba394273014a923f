"""By which method a file is trained on, which its rows decide."""

from collections.abc import Iterable

from storage.rows import DatasetFormat
from tuning.advice.pieces import Advice, Use

_RULES = {"supervised": "A201", "dpo": "A202", "reinforcement": "A203"}


def advise_method(row_format: DatasetFormat, use: Use | None, offered: Iterable[str]) -> list[Advice]:
    """The method for rows of that format, and what stands against it.

    Args:
        offered: the methods that can be started here today.
    """
    method = row_format.method
    advice = [Advice(_RULES[method])]
    if method not in offered:
        advice.append(Advice("A204", phrases={"method": f"advise.method.{method}"}))
    if method == "supervised" and use is Use.TONE:
        advice.append(Advice("A205"))
    return advice

"""Which script a text is mostly written in: enough to see that a question and its answer differ in language."""

import re
from typing import Final

SCRIPTS: Final = (
    "",
    "latin",
    "chinese",
    "japanese",
    "korean",
    "cyrillic",
    "arabic",
    "greek",
    "hebrew",
    "thai",
    "hindi",
)
"""Names in the catalogue, `scripts.<name>`; the first stands for a text that is none or a mixture."""

_LOOKED_AT: Final = 160
_CLEAR_MAJORITY: Final = 0.8
_FEWEST_LETTERS: Final = 6
_CJK_WEIGHT: Final = 3
"""A Chinese character says about as much as three letters."""

_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
_ENOUGH_LATIN = re.compile(rf"(?:[A-Za-z][^A-Za-z]*){{{_FEWEST_LETTERS}}}")
_OTHERS = {
    "japanese": re.compile("[\u3040-\u30ff]+"),
    "korean": re.compile("[\uac00-\ud7af]+"),
    "cyrillic": re.compile("[\u0400-\u04ff]+"),
    "arabic": re.compile("[\u0600-\u06ff]+"),
    "greek": re.compile("[\u0370-\u03ff]+"),
    "hebrew": re.compile("[\u0590-\u05ff]+"),
    "thai": re.compile("[\u0e00-\u0e7f]+"),
    "hindi": re.compile("[\u0900-\u097f]+"),
}
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_ANY_OTHER = re.compile("[\u0370-\u04ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")
_CJK = ("japanese", "korean")
_CODE_SIGNS = ("```", "://", "{", "<", "=")


def script_of(text: str) -> str:
    """The script of most of a text's first letters; empty where there are too few, or none has a clear majority.

    Code, addresses and mark-up say nothing about a language, so a text with such signs has none.
    """
    sample = text[:_LOOKED_AT]
    for sign in _CODE_SIGNS:
        if sign in sample:
            return ""
    if sample.isascii():
        return "latin" if _ENOUGH_LATIN.search(sample) else ""
    weights = {"latin": _letters(_LATIN, sample), "chinese": _letters(_CHINESE, sample) * _CJK_WEIGHT}
    if _ANY_OTHER.search(sample):
        counts = {name: _letters(pattern, sample) for name, pattern in _OTHERS.items()}
        weights |= {name: n * _CJK_WEIGHT if name in _CJK else n for name, n in counts.items()}
    if weights.get("japanese"):
        weights["japanese"] += weights.pop("chinese", 0)
    total, best = sum(weights.values()), max(weights, key=lambda name: weights[name])
    return best if total >= _FEWEST_LETTERS and weights[best] >= total * _CLEAR_MAJORITY else ""


def _letters(pattern: re.Pattern[str], sample: str) -> int:
    """How many letters its runs have."""
    return sum(map(len, pattern.findall(sample)))

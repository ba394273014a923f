"""Which language a text in Latin letters is in: enough to see that an answer is not in the language of its question.

Told by small words that hardly occur in the other languages here; a text with few of them, or of two languages, has none.
"""

import re
from typing import Final

LANGUAGES: Final = ("", "english", "german", "french", "spanish", "portuguese", "italian", "dutch")
"""Names in the catalogue, `scripts.<name>`; the first stands for a text of which it cannot be told."""

_WORDS: Final = {
    "english": "the and of to you it that this what where when why which who how does can my your have we with are they",
    "german": "der das und ist nicht ein eine einen ich sie mit auf für den dem wie wir sind zu auch wo wann warum kann wird im",
    "french": "le les est et une des vous pour dans je pas avec sur du qui où quand comment pourquoi quel quelle sont nous votre",
    "spanish": "el los las es del está cómo qué dónde cuándo cuál usted y pero muy puede están hay cuesta abre",
    "portuguese": "não você uma do da em é são os ao às onde quando qual também muito pode fica",
    "italian": "il che è di gli della sono dove come quando perché più alle nella può quanto questo",
    "dutch": "het een van niet dat voor zijn wij waar wanneer hoe waarom naar ook wordt",
}
_SPOKEN_IN: Final = {word: LANGUAGES.index(name) for name, words in _WORDS.items() for word in words.split()}
_KNOWN_WORDS: Final = frozenset(_SPOKEN_IN)
_ENGLISH_SIGNS: Final = (" the ", " of ", " you ", " to ", " and ")
_LOOKED_AT: Final = 160
_NAMED: Final = re.compile(
    r"translat|\b(?:in|into|auf|ins?|en|em) (?:english|chinese|mandarin|french|german|spanish|italian|japanese|korean|russian"
    r"|portuguese|dutch|arabic|deutsch|englisch\w*|französisch\w*|spanisch\w*|chinesisch\w*|français|anglais|español|inglés)\b"
    r"|übersetz|tradu[icz]|\bhow do you say\b|翻译|翻成|译成|译为|用(?:英|中|法|德|日|韩|俄|西班牙)[文语]|[英中法德日韩俄]文(?:怎么|版|是)|英语怎么",
    re.IGNORECASE,
)
_NAMING: Final = (
    "translat", "übersetz", "tradu", "how do you say", "翻", "译", "文", "语", "english", "chinese", "mandarin", "french", "german",
    "spanish", "italian", "japanese", "korean", "russian", "portuguese", "dutch", "arabic", "deutsch", "englisch", "französisch",
    "spanisch", "chinesisch", "français", "anglais", "español", "inglés",
)  # fmt: skip
"""Of these it names one."""

_FEWEST_WORDS: Final = 3


def language_of(text: str) -> int:
    """The index in `LANGUAGES` of a text in Latin letters; 0 where it cannot be told."""
    sample = text[:_LOOKED_AT]
    if sum(sign in sample for sign in _ENGLISH_SIGNS) >= _FEWEST_WORDS:
        return 1
    counts = [0] * len(LANGUAGES)
    for word in sample.lower().replace("?", " ").replace(",", " ").replace(".", " ").split():
        if word in _KNOWN_WORDS:
            counts[_SPOKEN_IN[word]] += 1
    best = max(range(len(counts)), key=counts.__getitem__)
    is_sure = counts[best] >= _FEWEST_WORDS and counts[best] * 2 > sum(counts) + counts[best] // 3
    return best if is_sure else 0


def names_language(question: str) -> bool:
    """Whether a question says itself in which language it wants to be answered, as one for a translation does."""
    lowered = question.lower()
    return any(sign in lowered for sign in _NAMING) and bool(_NAMED.search(question))

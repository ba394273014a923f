"""A third language in which no letter of a sentence is an ASCII one: whatever reads as English is no catalogue's."""

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from importlib import resources
from types import MappingProxyType

from tuning.texts import Texts
from tuning.texts.catalogues import Catalogue, Sentence

_ACCENTED = str.maketrans(string.ascii_letters, "áƀćđéƒǵħíĵķĺḿńóṕɋŕśťúṽẃӿýźÁƁĆĐÉƑǴĦÍĴĶĹḾŃÓṔɊŔŚŤÚṼẂӾÝŹ")
_OPEN = re.compile(r"(\{\w+\})")
_UNSPOKEN = re.compile(r"<[^>]*>|&(?:amp|lt|gt);|\b(?:ds|file|ft|ftjob|job)[-_:][\w:.-]+")
"""Mentions, links and times as Slack writes them, and ids."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_TECHNICAL = frozenset(
    {
        "dispatch_action_config",
        "type",
        "block_id",
        "action_id",
        "value",
        "callback_id",
        "private_metadata",
        "style",
        "image_url",
    }
)


class PseudoCatalogue(Catalogue):
    """The English catalogue, bracketed and accented; parameters stay what they are."""

    @cached_property
    def sentences(self) -> Mapping[str, Sentence]:
        english = super().sentences
        return MappingProxyType(
            {key: replace(one, forms=tuple(map(accented, one.forms))) for key, one in english.items()}
        )


def accented(form: str) -> str:
    parts = _OPEN.split(form)
    return "⟦" + "".join(part if _OPEN.fullmatch(part) else part.translate(_ACCENTED) for part in parts) + "⟧"


def pseudo_texts() -> Texts:
    """Texts that speak the third language to whoever reads English."""
    english = resources.files("tuning.texts") / "en"
    return Texts({"en": PseudoCatalogue("en", english), "zh": PseudoCatalogue("en", english)})


def slipped_through(shown: object, allowed: Iterable[str] = ()) -> list[str]:
    """The texts of blocks, a view or a plain text in which words stand that no catalogue said.

    Args:
        allowed: words of others: names, ids, what a dataset or a provider says.
    """
    known = {word.lower() for text in allowed for word in _WORD.findall(text)}
    return [
        text for text in _texts(shown) if any(w.lower() not in known for w in _WORD.findall(_UNSPOKEN.sub(" ", text)))
    ]


def _texts(node: object) -> Iterator[str]:
    """Everything that somebody may read in blocks or a view."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in _TECHNICAL:
                yield from _texts(value)
    elif isinstance(node, list | tuple):
        for child in node:
            yield from _texts(child)

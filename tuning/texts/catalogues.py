"""Reading the catalogues, and saying a sentence in a reader's language."""

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType

from babel.messages.pofile import read_po

from tuning.texts import formats
from tuning.texts.languages import LANGUAGES, Language

BY_MENTION = "by_mention"
"""The variant for a bot that hears channels only where it is mentioned."""


class BrokenText(LookupError):
    """A programmer's mistake: a key without a sentence, or a sentence without one of its parameters."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One entry of a catalogue: its forms, and which of them a number takes."""

    forms: tuple[str, ...]
    form_of: Callable[[int], int]

    def form(self, n: str | int | None) -> str:
        return self.forms[self.form_of(n)] if isinstance(n, int) and len(self.forms) > 1 else self.forms[0]


class Catalogue:
    """All sentences of one language, by key."""

    def __init__(self, language: Language, folder: Traversable) -> None:
        self.language = language
        self._folder = folder

    @cached_property
    def sentences(self) -> Mapping[str, Sentence]:
        files = sorted(
            (file for file in self._folder.iterdir() if file.name.endswith(".po")), key=lambda file: file.name
        )
        found: dict[str, Sentence] = {}
        for file in files:
            for key, sentence in self._sentences_in(file):
                if key in found:
                    raise BrokenText(f"{key!r} occurs twice in the {self.language} catalogues, again in {file.name}")
                found[key] = sentence
        return MappingProxyType(found)

    def _sentences_in(self, file: Traversable) -> list[tuple[str, Sentence]]:
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=self.language, abort_invalid=True)
        form_of = gettext.c2py(catalogue.plural_expr)
        return [(_first(message.id), Sentence(_forms(message.string), form_of)) for message in catalogue if message.id]


def _forms(entry: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (entry,) if isinstance(entry, str) else tuple(entry or ())


def _first(entry: str | tuple[str, ...] | list[str]) -> str:
    return _forms(entry)[0]


class Texts:
    """Says every sentence of the product in the language of its reader.

    A parameter that is an int is written with the language's grouping (1,234); every other kind of number is
    handed over already written, by `usd`, `size` or `duration`. The parameter `n` chooses the plural form.
    """

    def __init__(self, catalogues: Mapping[Language, Catalogue], variant: str = "") -> None:
        self._catalogues = catalogues
        self._variant = variant

    @classmethod
    def load(cls, variant: str = "") -> "Texts":
        """The catalogues of this package; each language is read when it is first spoken.

        Args:
            variant: its sentences go before the usual ones: with `BY_MENTION`, `commands.jobs.none` gives way to
                `commands.jobs.none.by_mention`.
        """
        folder = resources.files("tuning.texts")
        return cls({language: Catalogue(language, folder / language) for language in LANGUAGES}, variant)

    def keys(self, language: Language) -> frozenset[str]:
        """Every key that has a sentence in `language`."""
        return frozenset(self._catalogues[language].sentences)

    def forms(self, language: Language, key: str) -> tuple[str, ...]:
        """The plural forms of a sentence with its parameters still open; one form where nothing is counted.

        Raises:
            BrokenText: there is no such key.
        """
        return self._sentence(language, key).forms

    def say(self, language: Language, key: str, /, **parameters: str | int) -> str:
        """The sentence `key` in `language`.

        Raises:
            BrokenText: there is no such key, or the sentence needs a parameter that was not given.
        """
        template = self._sentence(language, key).form(parameters.get("n"))
        written = {name: formats.written(language, value) for name, value in parameters.items()}
        try:
            return template.format_map(written)
        except KeyError as error:
            raise BrokenText(f"{key!r} needs the parameter {error.args[0]!r}") from error

    def usd(self, language: Language, amount: Decimal) -> str:
        """An amount of US dollars, never rounded down to nothing: 'free', 'less than $0.01', '$12.40'."""
        if amount == 0:
            return self.say(language, "formats.free")
        if amount < formats.CENT:
            return self.say(language, "formats.under", amount=formats.usd(language, formats.CENT))
        return formats.usd(language, amount)

    def duration(self, language: Language, seconds: float) -> str:
        """A length of time in its two largest units: '2 min 5 s'."""
        parts = formats.units_of_time(seconds)
        return " ".join(self.say(language, f"formats.{unit}", n=count) for unit, count in parts)

    def size(self, language: Language, size_bytes: int) -> str:
        """A file's size in decimal units: '1.2 MB'."""
        return formats.size(language, size_bytes)

    def _sentence(self, language: Language, key: str) -> Sentence:
        sentences = self._catalogues[language].sentences
        try:
            return sentences.get(f"{key}.{self._variant}") or sentences[key]
        except KeyError as error:
            raise BrokenText(f"no {language} sentence for the key {key!r}") from error

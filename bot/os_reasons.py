"""Why the operating system refused something, in the reader's language.

The system says it in the language of its own locale, in Python nearly always English (`os.strerror`).
"""

import errno
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from tuning.texts import Language, Texts

_NAMES: Final = (
    "EACCES",
    "EADDRINUSE",
    "EADDRNOTAVAIL",
    "ECONNREFUSED",
    "EEXIST",
    "EHOSTUNREACH",
    "EIO",
    "EISDIR",
    "EMFILE",
    "ENAMETOOLONG",
    "ENETUNREACH",
    "ENOENT",
    "ENOSPC",
    "ENOTDIR",
    "EPERM",
    "EROFS",
    "ETIMEDOUT",
)
"""What a file, a folder or an address on this machine is refused with; a rarer reason stays as the system says it."""

_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {os.strerror(getattr(errno, name)): f"os_reasons.{name.lower()}" for name in _NAMES}
)

_Value = TypeVar("_Value", str, str | int)


def os_reason(texts: Texts, language: Language, error: OSError) -> str:
    """The reason alone, without its number and the file's name."""
    return in_words(texts, language, error.strerror or str(error))


def in_words(texts: Texts, language: Language, reason: str) -> str:
    """The same, where only what the system said was kept."""
    return texts.say(language, _KEYS[reason]) if reason in _KEYS else reason


def all_in_words(texts: Texts, language: Language, parameters: Mapping[str, _Value]) -> dict[str, _Value]:
    """A sentence's parameters, with every reason of the system's among them in the reader's language."""
    return {
        name: in_words(texts, language, value) if isinstance(value, str) else value
        for name, value in parameters.items()
    }

"""The language in which the commands speak to whoever sits at the terminal."""

import os
from typing import Final

from tuning.texts import Language, language_of

_NAMES: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""What gettext goes by, in its order (https://www.gnu.org/software/gettext/manual/html_node/Locale-Environment-Variables.html)."""


def terminal_language(lang: str = "") -> Language:
    """The language of the first of these variables that is set; `lang`, where it is given, stands above them."""
    return language_of(lang or next((os.environ[name] for name in _NAMES if os.environ.get(name)), "en"))

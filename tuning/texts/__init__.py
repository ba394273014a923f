"""Every sentence that a user can read, in English and Chinese, in gettext catalogues.

A catalogue is `<language>/<domain>.po`; its msgid is a key such as `report.ready`, its msgstr the sentence.
"""

from tuning.texts.catalogues import BY_MENTION, BrokenText, Texts
from tuning.texts.languages import LANGUAGES, Language, language_of

__all__ = ["BY_MENTION", "LANGUAGES", "BrokenText", "Language", "Texts", "language_of"]

"""Which repair belongs to which rule, and the rules that a row of a file is repaired by."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from storage.rows import DatasetFormat
from tuning.datasets.examples import ChatExample, PromptExample
from tuning.datasets.fixes.messages import CHAT_FIXES, Row, RowFix
from tuning.datasets.fixes.pictures import PICTURE_FIXES
from tuning.datasets.fixes.preferences import PREFERENCE_FIXES
from tuning.datasets.fixes.prompts import PROMPT_FIXES
from tuning.datasets.fixes.reinforcements import REINFORCEMENT_FIXES
from tuning.datasets.fixes.tools import TOOL_FIXES
from tuning.datasets.fixes.whole_lines import LINE_CODES
from tuning.datasets.images import images_of
from tuning.datasets.items import ReinforcementExample
from tuning.datasets.pairs_of_answers import PreferenceExample
from tuning.datasets.plain_chat import is_plain_chat
from tuning.datasets.probes import Probes
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.rules import (
    Fault,
    Rule,
    chat_contents,
    chat_learning,
    chat_messages,
    chat_shape,
    images,
    preference,
    prompt_completion,
    reinforcement,
    tool_calls,
    tool_declarations,
    tool_results,
)
from tuning.datasets.rules.table import RULINGS

FOREIGN: Final = "F019"
COPIES: Final = "Q001"
_WHOLE_FILE: Final = ("F006", "F009", "F010", FOREIGN, COPIES)

_OF_CHAT: Final = {**CHAT_FIXES, **TOOL_FIXES, **PICTURE_FIXES}
FIXABLE: Final = frozenset(
    {*_WHOLE_FILE, *LINE_CODES, *_OF_CHAT, *PROMPT_FIXES, *PREFERENCE_FIXES, *REINFORCEMENT_FIXES}
)
"""The codes that a repair exists for."""

SAFE: Final = frozenset(code for code in FIXABLE if RULINGS[code].auto_fix == "safe")
"""Those that need no question."""

IN_PLACE: Final = frozenset(
    {"C005", "C006", "C007", "C010", "C018", "C019", "C021", "C022", "C025", "X001", "X002", "X004", "I004"}
)
"""Repairs that move no message, so that all faults of a row can be repaired at once."""

_SHAPE_RULES: Final = (
    *chat_shape.RULES,
    *chat_messages.RULES,
    *chat_contents.RULES,
    *tool_declarations.RULES,
    *tool_calls.RULES,
    *tool_results.RULES,
)


class Repairable(NamedTuple):
    """A rule on one row, with its repair."""

    code: str
    repair: RowFix
    faults: Callable[[], Iterator[Fault]]


def repairable(row: Row, file_format: DatasetFormat, provider: ProviderFacts) -> Iterator[Repairable]:
    """The rules that the check judges a row by, as far as a repair exists, in the check's order."""
    if file_format is DatasetFormat.CHAT:
        rules = chat_learning.RULES if is_plain_chat(row) else (*_SHAPE_RULES, *chat_learning.RULES)
        example = ChatExample.of(row, provider)
        yield from _bound(rules, _OF_CHAT, example)
        pictures = images.Illustrated(tuple(images_of(example)), provider, Probes())
        yield from _bound(images.RULES if pictures.images else (), PICTURE_FIXES, pictures)
    elif file_format is DatasetFormat.PROMPT_COMPLETION:
        yield from _bound(prompt_completion.RULES, PROMPT_FIXES, PromptExample(row, provider))
    elif file_format is DatasetFormat.PREFERENCE:
        yield from _bound(preference.RULES, PREFERENCE_FIXES, PreferenceExample(row, provider))
    elif file_format is DatasetFormat.REINFORCEMENT:
        yield from _bound(reinforcement.RULES, REINFORCEMENT_FIXES, ReinforcementExample(row, provider, ()))


def _bound(rules: tuple[Rule[Any], ...], fixes: Mapping[str, RowFix], subject: object) -> Iterator[Repairable]:
    for rule in rules:
        if rule.code in fixes:
            yield Repairable(rule.code, fixes[rule.code], lambda rule=rule: rule.faults(subject))  # type: ignore[misc]

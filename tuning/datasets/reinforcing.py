"""Judging reinforcement rows, and the grader that will score the answers to them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tuning.datasets.examples import ChatExample
from tuning.datasets.findings import Finding
from tuning.datasets.graders import parts_of
from tuning.datasets.items import ItemCensus, ReinforcementExample
from tuning.datasets.options import CheckOptions
from tuning.datasets.probes import Probes
from tuning.datasets.rows import Row
from tuning.datasets.rules import (
    chat_contents,
    grader_programs,
    graders,
    reinforcement,
    reinforcement_files,
    tool_calls,
    tool_declarations,
    tool_results,
)
from tuning.datasets.rules.chat_shape import message_not_an_object
from tuning.datasets.rules.grader_programs import Graded
from tuning.datasets.rules.reinforcement_files import ReinforcementFile

_MESSAGE_RULES = (
    message_not_an_object,
    *chat_contents.RULES,
    *tool_declarations.RULES,
    *tool_calls.RULES,
    *tool_results.RULES,
)


_MOST_UNSEEN = 1_000


class ReinforcementJudge:
    """Goes through the rows of one reinforcement file."""

    def __init__(self, options: CheckOptions) -> None:
        self._options = options
        self._graders = parts_of(options.grader) if options.grader is not None else ()
        self._items = ItemCensus(self._graders)
        self._in_templates = {one.field for part in self._graders for one in part.templates if one.namespace == "item"}
        self._unseen: list[tuple[str, Finding]] = []

    def findings(self, row: Row) -> Iterator[Finding]:
        """What is wrong with one row, its wording left aside."""
        example = ReinforcementExample(row.fields, self._options.provider, self._graders)
        for rule in reinforcement.RULES:
            yield from self._told_now(rule.findings(example, row.line, row.example))
        chat = ChatExample.of(row.fields, self._options.provider)
        yield from (finding for rule in _MESSAGE_RULES for finding in rule.findings(chat, row.line, row.example))
        self._items.add(example, row.line, row.example)

    def _told_now(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        """A field of a template that no row has is told once, of the grader: so its rows wait until one has it."""
        for finding in findings:
            name = str(finding.parameters.get("field"))
            is_unseen = finding.code == "R005" and name in self._in_templates and name not in self._items.fields
            if is_unseen and len(self._unseen) < _MOST_UNSEEN:
                self._unseen.append((name, finding))
            else:
                yield finding

    def file_findings(self) -> Iterator[Finding]:
        """What can only be said when every row has been seen, and what is wrong with the grader."""
        yield from (finding for name, finding in self._unseen if name in self._items.fields)
        options = self._options
        file = ReinforcementFile(
            self._items,
            options.provider,
            options.model,
            options.method,
            options.today,
            options.response_format,
            options.probes.base_score,
        )
        if self._items.rows or options.method == "reinforcement":
            yield from (finding for rule in reinforcement_files.RULES for finding in rule.findings(file))
        if options.grader is not None:
            yield from grader_findings(options.grader, self._items, options.probes)


def grader_findings(grader: Mapping[str, Any], items: ItemCensus | None, probes: Probes) -> Iterator[Finding]:
    """Everything that is wrong with a grader, beside the rows that it shall score where they are known."""
    parts = parts_of(grader)
    names = frozenset(part.name for part in parts if part.is_inside)
    names |= frozenset(part.path.rpartition(".")[2] for part in parts if part.is_inside)
    for part in parts:
        yield from (finding for rule in graders.RULES for finding in rule.findings(part))
        graded = Graded(part, items, probes, names)
        yield from (finding for rule in grader_programs.RULES for finding in rule.findings(graded))

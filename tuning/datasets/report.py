"""What a check has found out about a file, as a value that can be stored and rendered in any language."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from storage.rows import JSON, DatasetFormat
from tuning.datasets.findings import SEVERITIES, Finding, Severity
from tuning.datasets.measures import SystemPrompts, TokenFacts
from tuning.datasets.tally import Tally

SHOWN_PER_CODE = 20
"""Findings of one code that a report shows; the file of all findings has the others."""


class Group(NamedTuple):
    """All findings of one code at one severity."""

    tally: Tally
    shown: tuple[Finding, ...]
    """At most 20, in the order of the file."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check. The same bytes and options give the same report, byte for byte."""

    file_name: str
    sha256: str
    size_bytes: int
    lines: int
    format: DatasetFormat
    """UNKNOWN where the file is no JSON Lines at all."""
    examples: int
    """Lines that are not blank."""
    tokens: TokenFacts
    tallies: tuple[Tally, ...]
    """Exact counts, gravest first."""
    findings: tuple[Finding, ...]
    """In the order of the file; at most 10,000 a code."""
    system_prompts: SystemPrompts = field(default_factory=SystemPrompts)
    prompt_separator: str = ""
    """What every prompt of a prompt/completion file ends with; empty where there is no such thing."""
    completion_stop: str = ""
    """What every completion ends with: the stop sequence when the model is asked."""
    han_share: float = 0.0
    """The share of examples whose answers have Chinese characters, 0 to 1."""
    unasked: tuple[str, ...] = ()
    """Codes of rules that need the network or a model and were not asked for: nothing is known about these."""

    @property
    def is_ready(self) -> bool:
        """Whether a job may be started with this file."""
        return self.count("E") == 0

    @property
    def things_to_fix(self) -> int:
        """How many different things block the job, however many lines each."""
        return sum(tally.severity == "E" for tally in self.tallies)

    def count(self, severity: Severity) -> int:
        """All findings of a severity, counted exactly."""
        return sum(tally.count for tally in self.tallies if tally.severity == severity)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The findings by code, the gravest first, and of one gravity the one that stands first in the file."""
        by_code: defaultdict[tuple[str, Severity], list[Finding]] = defaultdict(list)
        for finding in self.findings:
            by_code[finding.code, finding.severity].append(finding)
        groups = [Group(t, tuple(by_code[t.code, t.severity][:SHOWN_PER_CODE])) for t in self.tallies]
        return tuple(sorted(groups, key=_rank))

    def top_findings(self, limit: int) -> tuple[Finding, ...]:
        """The findings to show first: one of each code, gravest first, then second ones, up to `limit`."""
        ranked = [
            (SEVERITIES.index(group.tally.severity), turn, finding.line or 0, finding)
            for group in self.groups
            for turn, finding in enumerate(group.shown)
        ]
        return tuple(finding for *_, finding in sorted(ranked, key=lambda entry: entry[:3])[:limit])

    def to_json(self) -> JSON:
        """As stored; `from_json` gives an equal report back."""
        stored: JSON = msgspec.to_builtins(self)
        return stored

    @classmethod
    def from_json(cls, stored: JSON) -> "Report":
        """A report from what `to_json` gave.

        Raises:
            msgspec.ValidationError: it is not a report.
        """
        return msgspec.convert(stored, type=cls)


def _rank(group: Group) -> tuple[int, int]:
    """What is said of the whole file comes before its first line."""
    return SEVERITIES.index(group.tally.severity), min((one.line or 0 for one in group.shown), default=0)

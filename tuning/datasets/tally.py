"""Keeping findings in bounded memory: counted exactly, stored up to a limit a code."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tuning.datasets.findings import SEVERITIES, Finding, Severity

KEPT_PER_CODE = 10_000
"""Findings of one code that are stored; further ones are only counted. Our choice: about 10 MB."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a code was found at one severity."""

    code: str
    severity: Severity
    count: int


class FindingsTally:
    """Collects findings during a check."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._counts: Counter[tuple[str, Severity]] = Counter()
        self._kept: Counter[str] = Counter()

    @classmethod
    def of(cls, findings: Iterable[Finding], tallies: Iterable[Tally]) -> "FindingsTally":
        """A collection to which a report's findings are added already."""
        tally = cls()
        tally._findings = list(findings)
        tally._kept.update(finding.code for finding in tally._findings)
        tally._counts.update({(one.code, one.severity): one.count for one in tallies})
        return tally

    def add(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._counts[finding.code, finding.severity] += 1
            if self._kept[finding.code] < KEPT_PER_CODE:
                self._kept[finding.code] += 1
                self._findings.append(finding)

    def absorb(self, later: "FindingsTally", lines: int, examples: int) -> None:
        """Add the findings of a later piece of the file, before which it has so many lines and examples."""
        self._counts.update(later._counts)
        for finding in later._findings:
            if self._kept[finding.code] < KEPT_PER_CODE:
                self._kept[finding.code] += 1
                line, example = finding.line, finding.example
                moved_line = None if line is None else line + lines
                moved_example = None if example is None else example + examples
                self._findings.append(replace(finding, line=moved_line, example=moved_example))

    def findings(self) -> tuple[Finding, ...]:
        """In the order of the file: first what is about the whole file, then line by line."""
        return tuple(sorted(self._findings, key=lambda finding: (finding.line or 0, finding.code)))

    def tallies(self) -> tuple[Tally, ...]:
        """Gravest first, then by code."""
        ordered = sorted(self._counts.items(), key=lambda item: (SEVERITIES.index(item[0][1]), item[0][0]))
        return tuple(Tally(code, severity, count) for (code, severity), count in ordered)

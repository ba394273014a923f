"""The rules: each one small function that yields faults, and two sentences in each catalogue.

A rule knows what is wrong; where the example stands in the file, how grave it is and what may be repaired are
added by `found`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tuning.datasets.evidence import evidence
from tuning.datasets.findings import Finding, Severity
from tuning.datasets.rules.table import RULINGS

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule saw, before it is given its code and its place."""

    path: str | None = None
    column: int | None = None
    line: int | None = None
    """Only for rules about the whole file, which name a line of their own; so for the example."""
    example: int | None = None
    severity: Severity | None = None
    """Only where a condition makes it graver or milder than the table says."""
    evidence: str | None = None
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A code and the function that looks for its fault in an example, a whole file or a request."""

    code: str
    faults: Callable[[Subject], Iterator[Fault]]

    def findings(self, subject: Subject, line: int | None = None, example: int | None = None) -> Iterator[Finding]:
        for fault in self.faults(subject):
            yield found(self.code, fault, line, example)


def rule(code: str) -> Callable[[Callable[[Subject], Iterator[Fault]]], Rule[Subject]]:
    """Declare a function to be the rule `code`, which must be in the table."""
    if code not in RULINGS:
        raise LookupError(f"{code} is not in the table of rules")
    return lambda faults: Rule(code, faults)


def found(code: str, fault: Fault, line: int | None = None, example: int | None = None) -> Finding:
    """The finding that a fault becomes: with its code's severity and repair, its place, and secrets masked."""
    ruling = RULINGS[code]
    return Finding(
        code=code,
        severity=fault.severity or ruling.severity,
        auto_fix=ruling.auto_fix,
        line=fault.line or line,
        example=fault.example or example,
        path=evidence(fault.path) if fault.path is not None else None,
        column=fault.column,
        evidence=evidence(fault.evidence) if fault.evidence is not None else None,
        parameters={
            name: evidence(value) if isinstance(value, str) else value for name, value in fault.parameters.items()
        },
        phrases=fault.phrases,
    )

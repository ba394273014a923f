"""What the check has found: one finding a fault, with its place, and no prose of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["E", "W", "I"]
"""E blocks the job, W is shown and needs one click to accept, I informs."""

AutoFix: TypeAlias = Literal["none", "safe", "ask"]
"""Whether a repair exists, and whether it may be made without asking a person."""

SEVERITIES: tuple[Severity, ...] = ("E", "W", "I")
"""Gravest first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in a dataset or a request; its sentences are in the catalogue under its code.

    A code never changes its meaning.
    """

    code: str
    """The rule that found it: a letter for the family, three digits."""
    severity: Severity
    auto_fix: AutoFix
    line: int | None = None
    """The physical line, from 1; None where the finding is about the whole file or about a request."""
    example: int | None = None
    """From 1, counting only lines that are not blank, as the providers count."""
    path: str | None = None
    """Where in the line's object, such as `messages[2].content`; indexes from 0."""
    column: int | None = None
    """The character in the line, from 1; only for lines that are not JSON."""
    evidence: str | None = None
    """What was seen, at most 120 characters, secrets masked."""
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    """The values that the sentences name."""
    phrases: Mapping[str, str] = field(default_factory=dict)
    """Parameters that are words of the language themselves: each gives a key of the catalogue, of a word or of another
    rule's whole sentence."""

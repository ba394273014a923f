"""Findings in a reader's words."""

from decimal import Decimal
from typing import Any

from tuning.datasets.findings import Finding
from tuning.texts import Language, Texts

_MONEY = "_usd"
_SENTENCES = "findings."


class Wording:
    """Writes findings in one language."""

    def __init__(self, texts: Texts, language: Language) -> None:
        self._texts = texts
        self._language = language

    def message(self, finding: Finding) -> str:
        """What is wrong, and where."""
        return self._say(finding, "message")

    def fix(self, finding: Finding) -> str:
        """What to do about it."""
        return self._say(finding, "fix")

    def seen(self, finding: Finding) -> str:
        """What stands there in the file, quoted; empty where there is nothing to quote."""
        return self._texts.say(self._language, "check.evidence", evidence=finding.evidence) if finding.evidence else ""

    def described(self, finding: Finding) -> dict[str, Any]:
        """The whole finding with its sentences, as the command line and the file of all findings give it."""
        return {
            "code": finding.code,
            "severity": finding.severity,
            "line": finding.line,
            "example": finding.example,
            "path": finding.path,
            "column": finding.column,
            "message": self.message(finding),
            "fix": self.fix(finding),
            "auto_fix": finding.auto_fix,
            "evidence": finding.evidence,
            "parameters": dict(finding.parameters),
        }

    def _say(self, finding: Finding, part: str) -> str:
        values: dict[str, str | int] = {"line": finding.line or 0}
        values |= {name: self._written(name, value) for name, value in finding.parameters.items()}
        nested = {name: key for name, key in finding.phrases.items() if key.startswith(_SENTENCES)}
        for name, key in finding.phrases.items():
            if name not in nested:
                values[name] = self._texts.say(self._language, f"words.{key}", **values)
        # A whole sentence of another rule may itself hold words.
        sentences = {name: self._texts.say(self._language, key, **values) for name, key in nested.items()}
        return self._texts.say(self._language, f"findings.{finding.code}.{part}", **{**values, **sentences})

    def _written(self, name: str, value: str | int) -> str | int:
        """Money travels as a decimal in a string, in parameters whose names end in `_usd`."""
        return self._texts.usd(self._language, Decimal(value)) if name.endswith(_MONEY) else value

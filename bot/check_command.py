"""`tunesmith check`: the dataset check at the command line, for people and for pipelines."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from bot.check_text import CheckText
from tuning.datasets.check import check as check_chunks
from tuning.datasets.check import chunks_of
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import PROVIDER_FACTS, ProviderFacts
from tuning.datasets.report import Report
from tuning.datasets.wording import Wording
from tuning.texts import Language, Texts, language_of

CLEAN, HAS_ERRORS, COULD_NOT_RUN = 0, 1, 2
"""Exit codes: no finding of severity E; at least one; a file could not be read."""


class Format(StrEnum):
    """What is printed."""

    TEXT = "text"
    JSON = "json"


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Training files, .jsonl.")],
    output: Annotated[Format, typer.Option("--format", help="json prints one report object a line.")] = Format.TEXT,
    provider: Annotated[
        str, typer.Option(help="openai, trainer, azure, together, fireworks, nebius, custom.")
    ] = "openai",
    model: Annotated[
        str, typer.Option(help="The model to be tuned: sets the tokenizer, the price and the context.")
    ] = "",
    lang: Annotated[str, typer.Option(help="en or zh; by default the system's language.")] = "",
) -> None:
    """Say everything that is wrong with training files, with lines and fixes.

    Exit codes: 0 nothing blocks a job; 1 something does; 2 a file could not be read.
    """
    texts, language = Texts.load(), language_of(lang or _system_locale())
    facts = PROVIDER_FACTS.get(provider)
    if facts is None:
        known = ", ".join(PROVIDER_FACTS)
        typer.echo(texts.say(language, "check.unknown_provider", provider=provider, known=known), err=True)
        raise typer.Exit(COULD_NOT_RUN)
    commanded = _Commanded(facts, model, output, texts, language)
    raise typer.Exit(max(commanded.check(path) for path in files))


@dataclass(frozen=True, slots=True)
class _Commanded:
    """What the command line asked for, for every file alike."""

    provider: ProviderFacts
    model: str
    output: Format
    texts: Texts
    language: Language

    def check(self, path: Path) -> int:
        """Check and print one file; the exit code that it alone would give."""
        try:
            report = self._report(path)
        except OSError as error:
            reason = error.strerror or str(error)
            typer.echo(self.texts.say(self.language, "check.unreadable", file=str(path), reason=reason), err=True)
            return COULD_NOT_RUN
        if self.output is Format.JSON:
            typer.echo(json.dumps(self._as_json(path, report), ensure_ascii=False))
        else:
            CheckText(self.texts, self.language).print(report, self.provider, today=_today())
        return CLEAN if report.is_ready else HAS_ERRORS

    def _report(self, path: Path) -> Report:
        options = CheckOptions(path.name, _today(), provider=self.provider, model=self.model)
        console = Console(stderr=True)
        with (
            path.open("rb") as stream,
            Progress(console=console, transient=True, disable=not console.is_terminal) as bars,
        ):
            bar = bars.add_task(path.name, total=path.stat().st_size)
            return check_chunks(chunks_of(stream), options, lambda size_bytes: bars.advance(bar, size_bytes))

    def _as_json(self, path: Path, report: Report) -> dict[str, Any]:
        wording = Wording(self.texts, self.language)
        return {
            "file": str(path),
            "format": report.format,
            "examples": report.examples,
            "tokens": report.tokens.total,
            "trained_tokens": report.tokens.trained,
            "is_ready": report.is_ready,
            "sha256": report.sha256,
            "counts": {f"{tally.code} {tally.severity}": tally.count for tally in report.tallies},
            "findings": [wording.described(finding) for finding in report.findings],
        }


def _today() -> date:
    return datetime.now(UTC).date()


def _system_locale() -> str:
    """What gettext goes by: the first of these that is set."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    return next((os.environ[name] for name in names if os.environ.get(name)), "en")

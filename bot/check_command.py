"""`tunesmith check`: the dataset check at the command line, for people and for pipelines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.check_text import CheckText
from bot.described import described_report
from bot.os_reasons import os_reason
from bot.terminal import (
    COULD_NOT_RUN,
    Format,
    FormatOption,
    LanguageOption,
    ProviderOption,
    Terminal,
    progress_of,
    today,
)
from tuning.datasets.check import Examined
from tuning.datasets.large_files import examine_file
from tuning.datasets.options import CheckOptions, Reason, WithheldRows
from tuning.datasets.pairs import with_held_out
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.report import Report
from tuning.datasets.withheld import rows_in
from tuning.datasets.wording import Wording
from tuning.texts import Language, Texts

CLEAN, HAS_ERRORS = 0, 1
"""Exit codes: no finding of severity E; at least one."""


def check(  # noqa: PLR0913, PLR0917 - every option of the command line is an argument.
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    output: FormatOption = Format.TEXT,
    provider: ProviderOption = "openai",
    model: Annotated[str, typer.Option()] = "",
    held_out: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    method: Annotated[str, typer.Option()] = "",
    grader: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    unconsented: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    erased: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    quick: Annotated[bool, typer.Option("--quick")] = False,  # noqa: FBT002 - a flag of the command line.
    lang: LanguageOption = "",
) -> None:
    """Say everything that is wrong with training files, with lines and fixes.

    Exit codes: 0 nothing blocks a job; 1 something does; 2 a file could not be read.
    """
    terminal = Terminal.of(lang)
    texts, language = terminal.texts, terminal.language
    facts = terminal.provider(provider)
    withheld = _withheld(terminal, {"no_consent": unconsented, "erasure": erased})
    given = _grader(terminal, grader)
    commanded = _Commanded(facts, model, output, texts, language, held_out, method, given, withheld, is_quick=quick)
    raise typer.Exit(max(commanded.check(path) for path in files))


@dataclass(frozen=True, slots=True)
class _Commanded:
    """What the command line asked for, for every file alike."""

    provider: ProviderFacts
    model: str
    output: Format
    texts: Texts
    language: Language
    held_out: Path | None = None
    method: str = ""
    grader: dict[str, Any] | None = None
    withheld: WithheldRows = field(default_factory=dict)
    is_quick: bool = False

    def check(self, path: Path) -> int:
        """Check and print one file; the exit code that it alone would give."""
        try:
            report = self._report(path)
        except OSError as error:
            reason, file = os_reason(self.texts, self.language, error), str(error.filename or path)
            typer.echo(self.texts.say(self.language, "check.unreadable", file=file, reason=reason), err=True)
            return COULD_NOT_RUN
        if self.output is Format.JSON:
            described = described_report(str(path), report, Wording(self.texts, self.language))
            typer.echo(json.dumps(described, ensure_ascii=False))
        else:
            CheckText(self.texts, self.language).print(report, self.provider, today=today(), is_quick=self.is_quick)
        return CLEAN if report.is_ready else HAS_ERRORS

    def _report(self, path: Path) -> Report:
        if self.held_out is None:
            return self._examined(path).report
        return with_held_out(self._examined(path), self._examined(self.held_out))

    def _examined(self, path: Path) -> Examined:
        options = CheckOptions(
            path.name,
            today(),
            self.provider,
            self.model,
            self.method,
            grader=self.grader,
            withheld_rows=self.withheld,
            is_quick=self.is_quick,
        )
        with progress_of(path.name, path.stat().st_size) as bar:
            return examine_file(path, options, bar.advance, is_alone=True)


def _withheld(terminal: Terminal, files: Mapping[Reason, Path | None]) -> WithheldRows:
    """The rows of files that say which rows must not be used; one that can't be read ends the command with a sentence."""
    found: dict[int, Reason] = {}
    for why, path in files.items():
        if path is not None:
            with terminal.failures_told(path):
                found |= rows_in(path, why, today(), is_alone=True)
    return found


def _grader(terminal: Terminal, path: Path | None) -> dict[str, Any] | None:
    """The grader of a JSON file; a file that is none ends the command with a sentence."""
    if path is None:
        return None
    try:
        grader = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        reason = os_reason(terminal.texts, terminal.language, error) if isinstance(error, OSError) else str(error)
        told = terminal.texts.say(terminal.language, "check.unreadable", file=str(path), reason=reason)
        terminal.fail(told, COULD_NOT_RUN)
    if not isinstance(grader, dict):
        terminal.fail(terminal.texts.say(terminal.language, "check.no_grader", file=str(path)), COULD_NOT_RUN)
    return grader

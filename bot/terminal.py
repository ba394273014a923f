"""What all commands on files share: the language, the kind of output, progress on a terminal, and failing with a sentence."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, TypeAlias

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from bot.os_reasons import os_reason
from bot.terminal_language import terminal_language
from tuning.datasets.provider_facts import PROVIDER_FACTS, ProviderFacts
from tuning.errors import UserFacingError
from tuning.texts import Language, Texts

DONE, REFUSED, COULD_NOT_RUN = 0, 1, 2
"""Exit codes: it was done; the file's content does not allow it; a file could not be read or written, or the command
is wrong."""

STDOUT: Final = Path("-")


class Format(StrEnum):
    """What is printed."""

    TEXT = "text"
    JSON = "json"


FormatOption: TypeAlias = Annotated[Format, typer.Option("--format")]
ProviderOption: TypeAlias = Annotated[str, typer.Option(metavar="NAME")]
LanguageOption: TypeAlias = Annotated[str, typer.Option(metavar="en|zh")]


@dataclass(frozen=True, slots=True)
class Terminal:
    """Prints results to stdout and everything else to stderr, in one language."""

    texts: Texts
    language: Language
    output: Format

    @classmethod
    def of(cls, lang: str, output: Format = Format.TEXT) -> "Terminal":
        return cls(Texts.load(), terminal_language(lang), output)

    def say(self, key: str, **parameters: str | int) -> str:
        return self.texts.say(self.language, key, **parameters)

    def tell(self, sentence: str, *, err: bool = False) -> None:
        """Print a sentence for people; nothing where JSON was asked for, unless it goes to stderr."""
        if err or self.output is Format.TEXT:
            typer.echo(sentence, err=err)

    def give(self, result: dict[str, Any]) -> None:
        """Print a result for pipelines, on one line; nothing where text was asked for."""
        if self.output is Format.JSON:
            typer.echo(json.dumps(result, ensure_ascii=False))

    def fail(self, sentence: str, code: int) -> NoReturn:
        typer.echo(sentence, err=True)
        raise typer.Exit(code)

    def provider(self, name: str) -> ProviderFacts:
        """What is known about the provider that was named; a sentence and the end where nothing is."""
        facts = PROVIDER_FACTS.get(name)
        if facts is None:
            known = ", ".join(PROVIDER_FACTS)
            self.fail(self.say("check.unknown_provider", provider=name, known=known), COULD_NOT_RUN)
        return facts

    @contextmanager
    def failures_told(self, file: Path) -> Iterator[None]:
        """Turn what can go wrong with a file into a sentence and an exit code."""
        try:
            yield
        except UserFacingError as error:
            self.fail(f"{file}: {self.say(f'errors.{error.code}', **error.parameters)}", REFUSED)
        except OSError as error:
            reason, named = os_reason(self.texts, self.language, error), str(error.filename or file)
            self.fail(self.say("check.unreadable", file=named, reason=reason), COULD_NOT_RUN)

    def free_name(self, wanted: Path) -> Path:
        """A file to be written, which must not exist yet."""
        if wanted != STDOUT and wanted.exists():
            self.fail(self.say("files.exists", file=str(wanted)), COULD_NOT_RUN)
        return wanted


@contextmanager
def progress_of(title: str, total: int | None) -> Iterator["Bar"]:
    """A progress bar on stderr, drawn only where that is a terminal.

    Args:
        total: of what `Bar.advance` counts; None where it isn't known beforehand.
    """
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, progress.add_task(title, total=total))


@dataclass(frozen=True, slots=True)
class Bar:
    """One progress bar."""

    progress: Progress
    task_id: TaskID

    def advance(self, amount: int) -> None:
        self.progress.advance(self.task_id, amount)

    def told(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, each counted once it has been used."""
        for chunk in chunks:
            yield chunk
            self.advance(len(chunk))

    def reach(self, amount: int) -> None:
        self.progress.update(self.task_id, completed=amount)


def today() -> date:
    return datetime.now(UTC).date()

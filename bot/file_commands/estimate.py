"""`tunesmith estimate`: what training on a file would cost, with every model of every provider that is known."""

from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from bot.described import described_estimate
from bot.file_commands.trainable import trainable_report
from bot.terminal import DONE, Format, FormatOption, LanguageOption, Terminal, today
from tuning.datasets.estimates import Estimate, estimates
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.report import Report


def estimate(
    file: Annotated[Path, typer.Argument()],
    provider: Annotated[str, typer.Option(metavar="NAME")] = "",
    epochs: Annotated[int, typer.Option(min=0, max=50)] = 0,
    output: FormatOption = Format.TEXT,
    lang: LanguageOption = "",
) -> None:
    """Say the tokens of a training file, and what training on it costs: low, likely and high for each model.

    Exit codes: 0 said; 1 there is no example in the file that could be trained on; 2 the file could not be read.
    """
    terminal = Terminal.of(lang, output)
    providers = [terminal.provider(provider).id] if provider else list(PROVIDER_FACTS)
    report = trainable_report(terminal, file)
    lines = estimates(report, providers, today(), epochs or None)
    if output is Format.TEXT:
        _show(terminal, report, lines)
    terminal.give(described_estimate(str(file), report, lines))
    raise typer.Exit(DONE)


def _show(terminal: Terminal, report: Report, lines: list[Estimate]) -> None:
    terminal.tell(
        terminal.say("estimate.facts", n=report.examples, tokens=report.tokens.total, trained=report.tokens.trained)
    )
    table = Table.grid(Column(overflow="fold"), "", "", "", padding=(0, 2))
    table.add_row(*(terminal.say(f"estimate.{column}") for column in ("model", "epochs", "cost", "as_of")))
    for provider, models in groupby(lines, key=lambda line: line.provider):
        table.add_row(f"{provider}:")
        for line in models:
            table.add_row(*_cells(terminal, line))
    console = Console(highlight=False)
    console.print(table, soft_wrap=not console.is_terminal)


def _cells(terminal: Terminal, line: Estimate) -> list[str]:
    unknown = terminal.say("estimate.unknown")
    epochs = str(line.offer.n_epochs) if line.offer.n_epochs else unknown
    about = "" if line.is_exact or not any(_amounts(line)) else "≈ "
    cost = " – ".join(dict.fromkeys(_usd(terminal, amount) for amount in _amounts(line)))
    as_of = line.offer.price.as_of.isoformat() if line.offer.price else unknown
    return [f"  {line.offer.model}", epochs, f"{about}{cost}" if cost else unknown, as_of]


def _amounts(line: Estimate) -> list[Decimal]:
    found = line.spread
    return [] if found is None else [found.low, found.likely, found.high]


def _usd(terminal: Terminal, amount: Decimal) -> str:
    return terminal.texts.usd(terminal.language, amount)

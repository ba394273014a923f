"""The report on a file for those commands that say something of training on it."""

from pathlib import Path

from bot.terminal import REFUSED, Terminal, progress_of, today
from tuning.datasets.large_files import check_file
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import OPENAI
from tuning.datasets.report import Report


def trainable_report(terminal: Terminal, file: Path) -> Report:
    """The report on a file with something to learn in it; any other ends the command with a sentence.

    Raises:
        typer.Exit: the file can't be read, or holds no example that could be trained on.
    """
    options = CheckOptions(file.name, today(), provider=OPENAI)
    with terminal.failures_told(file), progress_of(file.name, file.stat().st_size) as bar:
        report = check_file(file, options, bar.advance, is_alone=True)
    if not report.tokens.trained:
        terminal.fail(terminal.say("estimate.nothing", file=str(file)), REFUSED)
    return report

"""`tunesmith split`: training, validation and test rows in files of their own, related rows never apart."""

from contextlib import ExitStack
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from bot.file_commands.written import written_whole
from bot.terminal import DONE, REFUSED, Format, FormatOption, LanguageOption, Terminal, progress_of, today
from tuning.datasets.check import examine
from tuning.datasets.chunks import chunks_of, opener
from tuning.datasets.differences import filled_lines
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import CUSTOM
from tuning.datasets.remembered import Remembered
from tuning.datasets.split import SIDES, Shares, Side, Split, SplitImpossible, write_split
from tuning.datasets.split import split as split_rows


def split(
    file: Annotated[Path, typer.Argument()],
    train: Annotated[int, typer.Option(min=70, max=90)] = 80,
    test: Annotated[int, typer.Option(min=0, max=30)] = 0,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    kept: Annotated[list[Path] | None, typer.Option(metavar="TEST")] = None,
    folder: Annotated[Path | None, typer.Option(metavar="DIR")] = None,
    output: FormatOption = Format.TEXT,
    lang: LanguageOption = "",
) -> None:
    """Split a file into FILE-train.jsonl, FILE-validation.jsonl and, where asked for, FILE-test.jsonl.

    Exit codes: 0 written; 1 it can't be split so; 2 a file could not be read or written, or the command is wrong.
    """
    terminal = Terminal.of(lang, output)
    shares = Shares(validation=100 - train - test, test=test)
    wanted = [side for side in SIDES if side == "train" or side in dict(shares.wanted())]
    targets = {side: (folder or file.parent) / f"{file.stem}-{side}.jsonl" for side in wanted}
    for target in targets.values():
        terminal.free_name(target)
    with terminal.failures_told(file), progress_of(file.name, total=None):
        try:
            made = split_rows(opener(file), _options(file), shares, seed, [_remembered(one) for one in kept or []])
        except SplitImpossible:
            if _is_empty(file):
                terminal.fail(terminal.say("splits.empty", file=str(file)), REFUSED)
            terminal.fail(terminal.say("splits.impossible", file=str(file), train=train, test=test), REFUSED)
        _write(file, made, targets)
    _told(terminal, made, targets, seed)
    raise typer.Exit(DONE)


def _is_empty(file: Path) -> bool:
    """Whether the file has no line that isn't blank."""
    with file.open("rb") as stream:
        return not any(filled_lines(chunks_of(stream)))


def _options(file: Path) -> CheckOptions:
    return CheckOptions(file.name, today(), provider=CUSTOM)


def _remembered(file: Path) -> Remembered:
    with file.open("rb") as stream:
        return examine(chunks_of(stream), _options(file)).rows


def _write(file: Path, made: Split, targets: dict[Side, Path]) -> None:
    with ExitStack() as stack:
        streams: dict[Side, IO[bytes]] = {
            side: stack.enter_context(written_whole(target)) for side, target in targets.items()
        }
        with file.open("rb") as stream:
            write_split(chunks_of(stream), made, streams)


def _told(terminal: Terminal, made: Split, targets: dict[Side, Path], seed: int) -> None:
    for side, target in targets.items():
        terminal.tell(terminal.say("fixes.written", n=made.count(side), file=str(target)))
    if made.left_out:
        terminal.tell(terminal.say("splits.left_out", n=made.left_out))
    files: dict[str, Any] = {side: {"file": str(target), "rows": made.count(side)} for side, target in targets.items()}
    terminal.give({**files, "left_out": made.left_out, "seed": seed})

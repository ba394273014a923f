"""`tunesmith export`: a training file in the shape of another tool."""

from pathlib import Path
from typing import Annotated

import typer

from bot.file_commands.written import written_whole
from bot.terminal import STDOUT, Format, FormatOption, LanguageOption, Terminal, progress_of
from tuning.datasets.chunks import chunks_of
from tuning.datasets.export import Shape
from tuning.datasets.export import export as export_rows


def export(
    file: Annotated[Path, typer.Argument()],
    to: Annotated[Shape, typer.Option()],
    out: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    output: FormatOption = Format.TEXT,
    lang: LanguageOption = "",
) -> None:
    """Write a training file in another tool's shape, one object a line.

    Exit codes: 0 written; 1 a row has no place in that shape; 2 a file could not be read or written.
    """
    terminal = Terminal.of(lang, output)
    target = terminal.free_name(out or file.with_name(f"{file.stem}-{to}.jsonl"))
    with (
        terminal.failures_told(file),
        progress_of(file.name, file.stat().st_size) as bar,
        written_whole(target) as made,
        file.open("rb") as stream,
    ):
        rows = export_rows(bar.told(chunks_of(stream)), to, made)
    terminal.tell(terminal.say("fixes.written", n=rows, file=str(target)), err=target == STDOUT)
    if target != STDOUT:
        terminal.give({"file": str(file), "out": str(target), "shape": to, "rows": rows})

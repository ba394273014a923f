"""`tunesmith convert`: from the files that people have to JSON Lines."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.file_commands.written import written_whole
from bot.terminal import STDOUT, Format, FormatOption, LanguageOption, Terminal, progress_of
from tuning.datasets.convert.conversion import Converted, propose
from tuning.datasets.convert.conversion import convert as convert_file

_ENDING = ".jsonl"


def convert(
    file: Annotated[Path, typer.Argument()],
    out: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", metavar="TURN=COLUMN")] = None,
    output: FormatOption = Format.TEXT,
    lang: LanguageOption = "",
) -> None:
    """Turn a table, a text or another tool's file into JSON Lines for training.

    Exit codes: 0 written; 1 the file's content can't be converted, or only with --map; 2 a file could not be read or
    written.
    """
    terminal = Terminal.of(lang, output)
    target = terminal.free_name(out or _beside(file))
    given = mapping or []
    with terminal.failures_told(file), progress_of(file.name, total=None) as bar:
        proposal = propose(file, file.name, given)
        with written_whole(target) as stream:
            converted = convert_file(file, file.name, stream, given, bar.reach)
    to_stdout = target == STDOUT
    for sentence in _told(terminal, converted, target):
        terminal.tell(sentence, err=to_stdout)
    if not to_stdout:
        samples = [sample.after for sample in proposal.samples]
        terminal.give({"file": str(file), "out": str(target), **_as_json(converted), "samples": samples})


def _beside(file: Path) -> Path:
    """`reviews.csv` and `reviews.csv.gz` become `reviews.jsonl`; a `.jsonl` becomes `-converted.jsonl`."""
    stem = file.name
    for ending in (".gz", ".zip"):
        stem = stem.removesuffix(ending)
    bare = Path(stem).stem
    return file.with_name(f"{bare}-converted{_ENDING}" if file.suffix == _ENDING else f"{bare}{_ENDING}")


def _told(terminal: Terminal, converted: Converted, target: Path) -> list[str]:
    sentences = [terminal.say("convert.done", n=converted.rows, file=str(target))]
    if converted.mapping is not None:
        mapped = converted.mapping.columns.items()
        sentences += [terminal.say("convert.mapping", columns=" + ".join(names), turn=turn) for turn, names in mapped]
    if converted.left_out:
        sentences.append(terminal.say("convert.left_out", columns=", ".join(converted.left_out)))
    return sentences + [terminal.say(f"convert.note.{note.code}", **note.parameters) for note in converted.notes]


def _as_json(converted: Converted) -> dict[str, Any]:
    return {
        "rows": converted.rows,
        "kind": converted.kind,
        "mapping": converted.mapping.to_json() if converted.mapping else None,
        "left_out": list(converted.left_out),
        "notes": [{"code": note.code, **note.parameters} for note in converted.notes],
    }

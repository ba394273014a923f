"""`tunesmith fix`: repairs a training file, only what needs no question unless it is named."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Any

import typer

from bot.file_commands.written import written_whole
from bot.terminal import (
    COULD_NOT_RUN,
    DONE,
    REFUSED,
    STDOUT,
    Bar,
    Format,
    FormatOption,
    LanguageOption,
    ProviderOption,
    Terminal,
    progress_of,
    today,
)
from tuning.datasets.check import examine
from tuning.datasets.chunks import chunks_of
from tuning.datasets.fixes.changes import Change
from tuning.datasets.fixes.fixing import FIXABLE, SAFE, Fixed, fix_lines
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import ProviderFacts


def fix(
    file: Annotated[Path, typer.Argument()],
    out: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="CODE")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,  # noqa: FBT002 - a flag.
    provider: ProviderOption = "openai",
    output: FormatOption = Format.TEXT,
    lang: LanguageOption = "",
) -> None:
    """Repair a training file and write the result beside it; the file itself stays as it is.

    Exit codes: 0 written, or nothing would change; 1 it can't be repaired, or with --dry-run something would change;
    2 a file could not be read or written, or the command is wrong.
    """
    terminal = Terminal.of(lang, output)
    facts = terminal.provider(provider)
    codes = _codes(terminal, only)
    remaining = 0
    target = out or file.with_name(f"{file.stem}-fixed.jsonl")
    with terminal.failures_told(file), progress_of(file.name, file.stat().st_size) as bar:
        if dry_run:
            with TemporaryFile() as nowhere:
                fixed = _fixed(file, codes, facts, nowhere, bar)
        else:
            with written_whole(terminal.free_name(target)) as stream:
                fixed = _fixed(file, codes, facts, stream, bar)
                remaining = _remaining(stream, target, facts)
    _show(terminal, fixed, None if dry_run else target, nothing="fixes.nothing_named" if only else "fixes.nothing")
    if remaining:
        named = "FILE" if target == STDOUT else str(target)
        terminal.tell(terminal.say("fixes.remaining", n=remaining, file=named), err=target == STDOUT)
    raise typer.Exit(REFUSED if dry_run and fixed.changes else DONE)


def _codes(terminal: Terminal, only: list[str] | None) -> frozenset[str]:
    wanted = frozenset(code.strip().upper() for item in only or () for code in item.split(","))
    unknown = sorted(wanted - FIXABLE)
    if unknown:
        known = ", ".join(sorted(FIXABLE))
        terminal.fail(terminal.say("errors.fix_unknown", code=unknown[0], known=known), COULD_NOT_RUN)
    return wanted or SAFE


def _fixed(file: Path, codes: frozenset[str], provider: ProviderFacts, target: IO[bytes], bar: Bar) -> Fixed:
    with file.open("rb") as stream:
        return fix_lines(file.name, bar.told(chunks_of(stream)), codes, provider, target)


def _remaining(written: IO[bytes], target: Path, provider: ProviderFacts) -> int:
    """How many different things still keep what was written from training."""
    written.seek(0)
    return examine(chunks_of(written), CheckOptions(target.name, today(), provider=provider)).report.things_to_fix


def _show(terminal: Terminal, fixed: Fixed, target: Path | None, nothing: str) -> None:
    is_err = target == STDOUT
    for title, is_necessary in (("fixes.necessary", True), ("fixes.recommended", False)):
        changes = [change for change in fixed.changes if change.is_necessary is is_necessary]
        if changes:
            terminal.tell(terminal.say(title), err=is_err)
        for change in changes:
            for sentence in _told(terminal, change):
                terminal.tell(sentence, err=is_err)
    if not fixed.changes:
        terminal.tell(terminal.say(nothing), err=is_err)
    terminal.tell(
        terminal.say("fixes.dry") if target is None else terminal.say("fixes.written", n=fixed.rows, file=str(target)),
        err=is_err,
    )
    if not is_err:
        terminal.give(
            {
                "out": None if target is None else str(target),
                "rows": fixed.rows,
                "changes": [_as_json(change) for change in fixed.changes],
                "lines": fixed.lines.to_json(),
            }
        )


def _told(terminal: Terminal, change: Change) -> list[str]:
    counted = terminal.say("fixes.change", n=change.lines)
    sentences = [f"  {change.code}  {terminal.say(f'fixes.name.{change.code}')}: {counted}"]
    for sample in change.samples[:1]:
        after = sample.after or terminal.say("fixes.removed")
        where = terminal.say("fixes.sample", line=sample.line)
        sentences += [f"      {where}", f"      - {sample.before}", f"      + {after}"]
    return sentences


def _as_json(change: Change) -> dict[str, Any]:
    samples = [sample._asdict() for sample in change.samples]
    return {"code": change.code, "auto_fix": change.auto_fix, "lines": change.lines, "samples": samples}

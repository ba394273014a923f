"""`tunesmith doctor`: what this installation needs, piece by piece, and what to do about what is wrong."""

import asyncio
import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from bot.doctor.examination import examine, is_well
from bot.doctor_report import DoctorReport
from bot.terminal_language import terminal_language
from tuning.texts import Texts

WELL, NOT_WELL = 0, 1
"""Exit codes: nothing is red; something is."""


class Format(StrEnum):
    """What is printed."""

    TEXT = "text"
    JSON = "json"


def doctor(
    output: Annotated[Format, typer.Option("--format")] = Format.TEXT,
    lang: Annotated[str, typer.Option(metavar="en|zh")] = "",
) -> None:
    """Check tokens, scopes, connection, disk, database and provider, each with what to do where it is wrong.

    Exit codes: 0 nothing is red; 1 something is; 2 the command line itself is wrong.
    """
    texts, language = Texts.load(), terminal_language(lang)
    signs = asyncio.run(examine())
    if output is Format.JSON:
        shown = {"is_well": is_well(signs), "checks": [sign.as_json(texts, language) for sign in signs]}
        typer.echo(json.dumps(shown, ensure_ascii=False))
    else:
        DoctorReport(texts, language, Console(highlight=False, soft_wrap=True)).tell(signs)
    raise typer.Exit(WELL if is_well(signs) else NOT_WELL)

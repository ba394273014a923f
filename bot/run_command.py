"""`tunesmith run`: the bot in a Slack workspace, until it is asked to stop."""

import asyncio
import signal
import sqlite3

import typer
from rich.console import Console
from slack_sdk.errors import SlackApiError

from bot.app import build
from bot.doctor.examination import examine
from bot.doctor.signs import State
from bot.doctor_report import DoctorReport
from bot.durable import SQLiteTooOld
from bot.executors import AlreadyRunning
from bot.logs import configure_logs, hide
from bot.os_reasons import all_in_words
from bot.settings import Settings
from bot.terminal_language import terminal_language
from bot.transports import CannotListen
from bot.wrong_settings import WrongSettings
from handlers.refusals import refusal
from storage.errors import BucketUnusable, StorageError
from tuning.texts import Language, Texts
from tuning.tokens.batches import preload
from tuning.tokens.encodings import O200K

COULD_NOT_RUN = 2
_EXPECTED = (WrongSettings, SlackApiError, StorageError, CannotListen, AlreadyRunning, SQLiteTooOld, OSError)
"""What an operator can put right; anything else is a fault of ours and keeps its traceback. TimeoutError is an OSError."""


def run() -> None:
    """Connect to Slack and to the provider that the settings name, and work until stopped (Ctrl-C).

    Settings are environment variables or lines of a `.env` file; the README names them. What `tunesmith doctor`
    checks is checked first. Exit code 2: it could not run.
    """
    texts = Texts.load()
    language = terminal_language()
    configure_logs()
    try:
        asyncio.run(_checked_and_run(texts, language))
    except (*_EXPECTED, ExceptionGroup) as error:
        for sentence in _sentences(texts, language, _first(error)):
            typer.echo(sentence, err=True)
        raise typer.Exit(COULD_NOT_RUN) from None


async def _checked_and_run(texts: Texts, language: Language) -> None:
    signs = await examine()
    DoctorReport(texts, language, Console(stderr=True, highlight=False, soft_wrap=True)).tell_faults(signs)
    if any(sign.prevents_start for sign in signs):
        typer.echo(texts.say(language, "commands.run.not_started"), err=True)
        raise typer.Exit(COULD_NOT_RUN)
    if all(sign.state is State.GOOD for sign in signs):
        typer.echo(texts.say(language, "commands.run.checked", n=len(signs)), err=True)
    await _work(Settings.load(), texts, language)


def _first(error: Exception) -> Exception:
    """The fault itself, out of the groups in which tasks that run together report it."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, _EXPECTED):
        raise error
    return error


def _sentences(texts: Texts, language: Language, error: Exception) -> list[str]:
    """What is wrong and what to do."""
    if isinstance(error, WrongSettings):
        return error.sentences(texts, language)
    key, parameters = _named(error)
    return [texts.say(language, key, **all_in_words(texts, language, parameters))]


def _named(error: Exception) -> tuple[str, dict[str, str]]:
    """The key of an error's sentence, and what it names."""
    match error:
        case AlreadyRunning():
            named = "commands.run.already_running", {"folder": str(error.folder)}
        case SQLiteTooOld():
            named = "commands.run.sqlite_too_old", {"version": sqlite3.sqlite_version}
        case SlackApiError():
            named = "commands.run.slack_refused", {"error": refusal(error)}
        case BucketUnusable():
            named = "settings.bucket_refused", {"error": str(error)}
        case StorageError():
            named = "commands.run.database_away", {"error": str(error)}
        case CannotListen():
            named = "commands.run.cannot_listen", {"address": error.address, "error": error.reason}
        case OSError() if error.filename:
            named = "commands.run.disk", {"file": str(error.filename), "error": error.strerror or str(error)}
        case _:
            named = "commands.run.slack_away", {"error": str(error) or type(error).__name__}
    return named


async def _work(settings: Settings, texts: Texts, language: Language) -> None:
    configure_logs(settings.log_level)
    hide(settings.secrets())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with build(settings) as application, asyncio.TaskGroup() as group:
        group.create_task(application.run(stop))
        await application.ready.wait()
        ready = {"address": application.address, "provider": settings.provider}
        typer.echo(texts.say(language, "commands.run.ready", **ready))
        # Whoever drops the first file shall not wait for the vocabulary.
        await asyncio.to_thread(preload, O200K)

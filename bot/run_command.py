"""`tunesmith run`: the bot in a Slack workspace, until it is asked to stop."""

import asyncio
import os
import signal

import typer
from slack_sdk.errors import SlackApiError

from bot.app import build
from bot.durable import SQLiteTooOld
from bot.executors import AlreadyRunning
from bot.logs import configure_logs
from bot.settings import Settings
from bot.wrong_settings import WrongSettings
from handlers.refusals import refusal
from storage.errors import DatabaseUnavailable
from tuning.texts import Language, Texts, language_of

COULD_NOT_RUN = 2
_EXPECTED = (WrongSettings, SlackApiError, DatabaseUnavailable, AlreadyRunning, SQLiteTooOld, OSError)
"""What an operator can put right; anything else is a fault of ours and keeps its traceback. TimeoutError is an OSError."""


def run() -> None:
    """Connect to Slack and to the provider that the settings name, and work until stopped (Ctrl-C).

    Settings are environment variables or lines of a `.env` file; the README names them.
    """
    configure_logs(os.environ.get("TUNESMITH_LOG_LEVEL", "INFO"))
    texts = Texts.load()
    language = language_of(os.environ.get("LANGUAGE") or os.environ.get("LANG") or "en")
    try:
        asyncio.run(_work(Settings.load()))
    except (*_EXPECTED, ExceptionGroup) as error:
        for sentence in _sentences(texts, language, _first(error)):
            typer.echo(sentence, err=True)
        raise typer.Exit(COULD_NOT_RUN) from None


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
    if isinstance(error, SlackApiError):
        return [texts.say(language, "commands.run.slack_refused", error=refusal(error))]
    if isinstance(error, DatabaseUnavailable):
        return [texts.say(language, "commands.run.database_away", error=str(error))]
    if isinstance(error, OSError):
        return [texts.say(language, "commands.run.slack_away", error=str(error))]
    return [str(error)]


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with build(settings) as application, asyncio.TaskGroup() as group:
        group.create_task(application.run(stop))
        await application.ready.wait()
        typer.echo(f"Tunesmith is ready ({application.address}, provider {settings.provider})")

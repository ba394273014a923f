"""`tunesmith run`: the bot in a Slack workspace, until it is asked to stop."""

import asyncio
import os
import signal

import typer
from slack_sdk.errors import SlackApiError

from bot.app import build
from bot.logs import configure_logs
from bot.settings import Settings
from bot.wrong_settings import WrongSettings
from storage.errors import DatabaseUnavailable
from tuning.texts import Texts, language_of

COULD_NOT_RUN = 2


def run() -> None:
    """Connect to Slack and to the provider that the settings name, and work until stopped (Ctrl-C).

    Settings are environment variables or lines of a `.env` file; the README names them.
    """
    configure_logs(os.environ.get("TUNESMITH_LOG_LEVEL", "INFO"))
    texts = Texts.load()
    language = language_of(os.environ.get("LANGUAGE") or os.environ.get("LANG") or "en")
    try:
        asyncio.run(_work(Settings.load()))
    except WrongSettings as error:
        _give_up(error.sentences(texts, language))
    except SlackApiError as error:
        _give_up([texts.say(language, "commands.run.slack_refused", error=str(error.response.get("error")))])
    except (OSError, TimeoutError) as error:
        _give_up([texts.say(language, "commands.run.slack_away", error=str(error))])
    except DatabaseUnavailable as error:
        _give_up([texts.say(language, "commands.run.database_away", error=str(error))])


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with build(settings) as application, asyncio.TaskGroup() as group:
        group.create_task(application.run(stop))
        await application.ready.wait()
        typer.echo(f"Tunesmith is ready ({application.address}, provider {settings.provider})")


def _give_up(sentences: list[str]) -> None:
    for sentence in sentences:
        typer.echo(sentence, err=True)
    raise typer.Exit(COULD_NOT_RUN)

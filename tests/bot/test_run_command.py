"""Whatever keeps the bot from running is a sentence on the terminal, in both languages."""

import re
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError

from bot.durable import SQLiteTooOld
from bot.executors import AlreadyRunning
from bot.run_command import _EXPECTED, _sentences
from bot.transports import CannotListen
from bot.wrong_settings import SettingsProblem, WrongSettings
from storage.errors import BucketUnusable, DatabaseUnavailable, NewerSchema
from tuning.texts import Texts

TEXTS = Texts.load()
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (WrongSettings([SettingsProblem("settings.no_bot_token")]), "Copy it"),
        (SlackApiError("no", {"ok": False, "error": "invalid_auth"}), "Copy it again"),
        (DatabaseUnavailable("locked"), "locked"),
        (NewerSchema(), "later version"),
        (BucketUnusable("Account must be specified"), "credentials"),
        (CannotListen("127.0.0.1:80", "Permission denied"), "another TUNESMITH_PORT"),
        (AlreadyRunning(Path("data", "durable.lock")), "Stop it first"),
        (SQLiteTooOld(), "PostgreSQL"),
        (PermissionError(13, "Permission denied", "data"), "Check TUNESMITH_DATA"),
        (ConnectionRefusedError(111, "refused"), "Check the network"),
        (TimeoutError(), "Check the network"),
    ],
)
def test_what_an_operator_can_put_right_is_said_in_their_language(error, advice):
    assert isinstance(error, _EXPECTED)
    assert advice in " ".join(_sentences(TEXTS, "en", error))
    assert HAN.search(" ".join(_sentences(TEXTS, "zh", error)))

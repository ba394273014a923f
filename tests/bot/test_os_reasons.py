"""Why the system refused something, in the reader's language."""

import errno
import os

import pytest

from bot.doctor.signs import bad
from bot.os_reasons import os_reason
from bot.run_command import _sentences
from bot.transports import CannotListen
from bot.wrong_settings import SettingsProblem, WrongSettings
from tuning.texts import Texts

TEXTS = Texts.load()
DENIED = os.strerror(errno.EACCES)


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        (PermissionError(errno.EACCES, DENIED, "data"), "data（没有权限）"),
        (CannotListen("127.0.0.1:80", os.strerror(errno.EADDRINUSE)), "地址已被占用"),
        (WrongSettings([SettingsProblem("settings.env_file", {"reason": DENIED})]), "没有权限"),
    ],
)
def test_a_chinese_sentence_of_the_bot_s_start_holds_a_chinese_reason(refused, reason):
    assert reason in " ".join(_sentences(TEXTS, "zh", refused))


def test_a_chinese_sign_of_the_doctor_holds_a_chinese_reason():
    assert "没有权限" in bad("data_folder", "closed", folder="data", error=DENIED).sentence(TEXTS, "zh")


def test_a_file_that_cannot_be_read_is_told_in_chinese_with_its_reason(tunesmith, tmp_path):
    assert "没有这个文件或文件夹" in tunesmith("check", tmp_path / "gone.jsonl", "--lang", "zh").stderr


def test_a_reason_that_is_rare_stays_as_the_system_says_it():
    assert os_reason(TEXTS, "zh", OSError(errno.ENOTTY, os.strerror(errno.ENOTTY))) == os.strerror(errno.ENOTTY)
    assert os_reason(TEXTS, "en", PermissionError(errno.EACCES, DENIED)) == DENIED

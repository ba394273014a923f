"""What people type is understood, or the nearest command is suggested."""

import re

import pytest

from handlers.blocks.greeting import CHINESE, SUBCOMMANDS
from handlers.requests import mentions, read_request, without_mentions
from tuning.texts import Texts


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        pytest.param("start marv", "start", "marv", id="a command and its argument"),
        pytest.param("  CANCEL   ftjob-1 ", "cancel", "ftjob-1", id="any case and spacing"),
        pytest.param("", "", "", id="nothing at all is no command"),
        pytest.param("取消 marv", "cancel", "marv", id="Chinese"),
        pytest.param("取消　marv", "cancel", "marv", id="Chinese with its own blank"),
        pytest.param("数据集", "datasets", "", id="datasets in Chinese"),
        pytest.param("marv hello", "", "hello", id="not a command"),
    ],
)
def test_the_first_word_is_the_command(text, name, argument):
    request = read_request(text)

    assert (request.name, request.argument) == (name, argument)


@pytest.mark.parametrize(("typed", "nearest"), [("stert", "start"), ("cancle", "cancel"), ("xyzzy", ""), ("hello", "")])
def test_a_mistyped_command_gets_the_nearest_one(typed, nearest):
    assert read_request(typed).nearest == nearest


def test_the_mention_of_the_bot_is_taken_out_and_other_people_stay():
    assert without_mentions("<@UBOT> ask <@UADA> too", "UBOT") == "ask <@UADA> too"


def test_a_message_that_mentions_somebody_else_is_no_mention_of_ours():
    assert not mentions("<@UADA> hi", "UBOT")


def test_every_command_has_a_chinese_word():
    assert {read_request(word).name for word in CHINESE} == set(SUBCOMMANDS)


def test_a_chinese_sentence_names_a_command_by_its_chinese_word() -> None:
    texts = Texts.load()
    said = {key: form for key in texts.keys("zh") for form in texts.forms("zh", key)}
    english = "|".join(CHINESE.values())
    assert [key for key, form in said.items() if re.search(rf"/finetune ({english})\b", form)] == []

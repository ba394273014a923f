"""The help and the refusals of the command line, in both languages and in a third that nobody speaks."""

import re

import pytest
from typer.main import get_command

from bot.__main__ import COMMANDS, command_line
from bot.usage import Usage, choices
from tests.pseudo import pseudo_texts, slipped_through
from tuning.datasets.provider_facts import PROVIDER_FACTS

WRITTEN = (
    "tunesmith move OPTIONS FILE NAME DEPLOYMENT CODE DIR TEST TURN COLUMN text json yaml alpaca trl en zh smollm tiny"
)
"""What is typed as it stands: names, values, and what the shapes of options call theirs."""
SPOKEN = [name for name, module in COMMANDS.items() if module != "bot.server_commands"]
"""The servers' own options are theirs."""


@pytest.fixture(name="all_commands")
def _all_commands():
    return get_command(command_line([]))


@pytest.mark.parametrize("name", ["tunesmith", *SPOKEN])
def test_every_help_comes_out_of_the_catalogues_whole(all_commands, name):
    usage = Usage(pseudo_texts(), "en")
    root = all_commands.make_context("tunesmith", [], obj=usage, resilient_parsing=True)
    command = all_commands if name == "tunesmith" else all_commands.commands[name]
    context = root if name == "tunesmith" else command.make_context(name, [], parent=root, resilient_parsing=True)
    told = command.get_help(context)
    ours = [one for parameter in command.params for one in (*parameter.opts, parameter.name, *choices(parameter))]

    shown = [line.strip() for line in told.splitlines() if line.strip()]
    assert len(shown) > len(command.params)
    assert slipped_through(shown, [WRITTEN, *COMMANDS, *ours, "help openai trainer"]) == []


@pytest.mark.parametrize(
    "words", [["--lang", "zh", "--help"], ["--help", "--lang=zh"], ["check", "--help", "--lang", "zh"]]
)
def test_the_help_is_chinese_wherever_the_language_stands(typed, words):
    result = typed(*words)

    assert (result.exit_code, result.stdout.startswith("用法：tunesmith")) == (0, True)
    assert re.search("[a-z]+ [a-z]+ [a-z]+", result.stdout.replace("From a manifest", "")) is None


def test_the_help_names_every_provider_whose_rules_are_known(typed):
    told = "".join(typed("check", "--help").stdout.split())
    assert all(name in told for name in PROVIDER_FACTS)


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["chek"], "There is no command chek.\nDid you mean check?", "没有 chek 这个命令。\n是不是想写 check？"),
        (["check", "--formt", "x"], "There is no option --formt.\nDid you mean --format?", "没有 --formt 这个选项。"),
        (["check", "a", "--format", "yaml"], "--format takes one of text, json.", "--format 只能是 text, json 之一。"),
        (["split", "x", "--train", "60"], "--train takes a whole number from 70 to 90.", "必须是 70 到 90 之间的整数"),
        (["split", "x", "--seed", "-1"], "--seed takes a whole number from 0 on.", "必须是不小于 0 的整数"),
        (["split", "x", "--seed", "y"], "--seed takes a whole number from 0 on.", "必须是不小于 0 的整数"),
        (["export", "x"], "--to is missing.", "缺少 --to。"),
        (["check"], "FILE... is missing.", "缺少 FILE...。"),
        (["check", "--model"], "--model needs a value behind it.", "--model 后面缺少一个值。"),
        (["fix", "a", "--dry-run=1"], "--dry-run takes no value.", "--dry-run 后面不能带值。"),
        (["run", "y", "z"], "Nothing can be done with these words: y z.", "多出来的部分无法理解：y z。"),
    ],
)
def test_a_wrong_command_line_is_told_in_the_reader_s_language(typed, words, english, chinese):
    for language, sentence in (("en", english), ("zh", chinese)):
        result = typed("--lang", language, *words)
        assert (result.exit_code, sentence in result.stderr) == (2, True), result.stderr
        assert "Usage" not in result.stderr or language == "en"
        assert "--help`" in result.stderr


def test_a_command_that_is_missing_is_asked_for(typed):
    assert "要运行哪个命令？" in typed("--lang", "zh").stderr


def test_the_language_before_a_command_holds_for_what_it_says(typed, tmp_path):
    assert "无法读取" in typed("--lang", "zh", "check", tmp_path / "gone.jsonl").stderr

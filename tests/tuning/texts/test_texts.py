import re
import string
from decimal import Decimal

import pytest

from tuning.datasets.rules.table import RULINGS
from tuning.texts import BY_MENTION, LANGUAGES, BrokenText, Texts, language_of

TEXTS = Texts.load()
HAN = re.compile("[\u4e00-\u9fff]")

WITHOUT_HAN = {
    "findings.F006.fix", "findings.P009.message", "findings.P009.fix", "findings.P011.message", "findings.X003.message", "findings.Q013.message", "words.forms.json", "words.forms.markdown"
}  # fmt: skip
"""Entries that are a parameter, or a name, and nothing else."""


def parameters(form: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(form) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert TEXTS.keys("en") == TEXTS.keys("zh")


@pytest.mark.parametrize("key", sorted(TEXTS.keys("en")))
def test_an_entry_is_whole_in_both_languages(key) -> None:
    english, chinese = TEXTS.forms("en", key), TEXTS.forms("zh", key)
    assert all(english)
    assert all(chinese)
    assert len(chinese) == 1
    named = set().union(*map(parameters, english))
    assert named == parameters(chinese[0])
    is_only_symbols = not re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", english[0]))
    assert HAN.search(chinese[0]) or key in WITHOUT_HAN or is_only_symbols


@pytest.mark.parametrize("code", sorted(RULINGS))
def test_every_rule_has_its_two_sentences(code) -> None:
    assert {f"findings.{code}.message", f"findings.{code}.fix"} <= TEXTS.keys("en")


def test_no_sentence_is_left_of_a_rule_that_does_not_exist() -> None:
    codes = {key.split(".")[1] for key in TEXTS.keys("en") if key.startswith("findings.")}
    assert codes == set(RULINGS)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("zh_TW.UTF-8", "zh"), ("ZH", "zh"), ("en-US", "en"), ("de-DE", "en"), ("", "en")],
)
def test_a_locale_has_its_language(locale, language) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize("word", ["您", "词元", "基础模型", "本人"])
def test_the_chinese_reader_is_addressed_and_things_are_called_the_same_everywhere(word) -> None:
    assert [key for key in TEXTS.keys("zh") if word in TEXTS.forms("zh", key)[0]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_that_a_sentence_names_bears_that_name(language) -> None:
    named = [("demo.modal", "start.submit"), ("start.nothing", "report.start"), ("chat.no_model", "cards.again")]
    assert [key for key, button in named if TEXTS.say(language, button) not in TEXTS.forms(language, key)[0]] == []


def test_a_number_chooses_the_plural() -> None:
    said = [TEXTS.say("en", "check.not_ready", file="a.jsonl", n=n) for n in (1, 2)]
    assert said == ["a.jsonl: not ready, 1 thing to fix.", "a.jsonl: not ready, 2 things to fix."]


def test_numbers_are_grouped() -> None:
    assert "12,345" in TEXTS.say("en", "findings.S002.message", n=12345)


def test_braces_in_what_a_user_wrote_are_left_alone() -> None:
    assert "{oops}" in TEXTS.say("en", "findings.C005.message", line=1, key="{oops}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_key_and_a_missing_parameter_are_named(language) -> None:
    with pytest.raises(BrokenText, match=r"no\.such\.key"):
        TEXTS.say(language, "no.such.key")
    with pytest.raises(BrokenText, match="minimum"):
        TEXTS.say(language, "findings.F001.fix")


def test_a_bool_is_no_parameter() -> None:
    with pytest.raises(TypeError):
        TEXTS.say("en", "findings.S002.message", n=True)


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [("0", "free", "免费"), ("0.004", "less than $0.01", "不到 US$0.01"), ("1234.5", "$1,234.50", "US$1,234.50")],
)
def test_money_is_never_rounded_to_nothing(amount, english, chinese) -> None:
    assert (TEXTS.usd("en", Decimal(amount)), TEXTS.usd("zh", Decimal(amount))) == (english, chinese)


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 s", "0 秒"),
        (59.6, "1 min", "1 分"),
        (125.3, "2 min 5 s", "2 分 5 秒"),
        (3605, "1 h", "1 小时"),
        (90_000, "1 d 1 h", "1 天 1 小时"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds, english, chinese) -> None:
    assert (TEXTS.duration("en", seconds), TEXTS.duration("zh", seconds)) == (english, chinese)


@pytest.mark.parametrize(
    ("size_bytes", "written"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 KB"), (1_234_567, "1.2 MB"), (52_345_678, "52 MB"), (10**13, "10 TB")],
)
def test_a_size_is_written_in_decimal_units(size_bytes, written) -> None:
    assert TEXTS.size("en", size_bytes) == written


NEEDS_HISTORY = re.compile(r"drop a `?\.jsonl|reply in (this|the) thread|ask it in this thread", re.IGNORECASE)
"""What people do in a channel without a mention, which a bot with the minimal manifest never hears of."""


def test_what_is_heard_without_a_mention_has_a_sentence_for_a_bot_that_hears_mentions_only() -> None:
    asking = [key for key in TEXTS.keys("en") if any(map(NEEDS_HISTORY.search, TEXTS.forms("en", key)))]

    assert [key for key in asking if BY_MENTION not in key and f"{key}.{BY_MENTION}" not in TEXTS.keys("en")] == []


@pytest.mark.parametrize("key", sorted(key for key in TEXTS.keys("en") if key.endswith(f".{BY_MENTION}")))
@pytest.mark.parametrize("language", LANGUAGES)
def test_such_a_sentence_takes_the_place_of_the_usual_one_and_asks_for_a_mention(language, key) -> None:
    usual = key.removesuffix(f".{BY_MENTION}")
    heard_by_mention = Texts.load(BY_MENTION)

    assert heard_by_mention.forms(language, usual) == TEXTS.forms(language, key) != TEXTS.forms(language, usual)
    assert parameters(TEXTS.forms(language, key)[0]) == parameters(TEXTS.forms(language, usual)[0])
    assert {"en": "mention", "zh": "提及"}[language] in TEXTS.forms(language, key)[0].lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_weak_validation_is_not_told_to_take_the_share_that_is_chosen_already(language) -> None:
    assert "80" not in TEXTS.say(language, "findings.S007.fix")


@pytest.mark.parametrize("code", ["F007", "F008"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_can_be_converted_is_told_by_what(code, language) -> None:
    assert "tunesmith convert" in TEXTS.say(language, f"findings.{code}.fix")

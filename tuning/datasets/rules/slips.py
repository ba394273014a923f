"""Rules on what slips into a text from where it came from: broken characters, mark-up, placeholders, loops.

Each has signs without which it cannot apply, so that a clean example costs a few searches and no more.
"""

import html
import re
from collections.abc import Iterator

from tuning.datasets.anchors import anchors_in
from tuning.datasets.chinese import mixture_in
from tuning.datasets.passages import Passage, Said
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.signs import SignedRule, anchored

_AROUND = 24
_MOJIBAKE = re.compile(
    "(?:[ÃÂ][\u0080-\u00bf]|â€[\u0090-\u009f™œ˜“”¦¢\u009d]|[æåäçèé][\u0080-\u00bf¢-¿‚-›]{2}|ï»¿|ï¿½|\ufffd|锟斤拷|烫烫烫)"
)
_INVISIBLES = (
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u200e",
    "\u200f",
    *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
)
_BROKEN_SIGNS = (
    *(lead + chr(code) for lead in "ÃÂ" for code in range(0x80, 0xC0)),
    *(lead + chr(code) for lead in "æåäçèé" for code in (*range(0x80, 0xC0), *range(0x201A, 0x203B))),
    "â€", "ï»¿", "ï¿½", "\ufffd", "锟斤拷", "烫烫烫", *_INVISIBLES,
)  # fmt: skip
_ENTITY_BYTES = re.compile(rb"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_SLACKS_OWN_ENTITIES = ("&amp;", "&lt;", "&gt;")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SLACK_MARKUP = re.compile(
    r"<@[UW][A-Z0-9]{2,}(?:\|[^>]*)?>|<#C[A-Z0-9]{2,}(?:\|[^>]*)?>|<!(?:here|channel|everyone|subteam\^[^>]+|date\^[^>]+)>"
    r"|<(?:https?|mailto):[^\s>|]+(?:\|[^>]*)?>|&(?:amp|lt|gt);"
)
_SLACK_ANCHORS = ("<@U", "<@W", "<#C", "<!here>", "<!channel>", "<!everyone>", "<!subteam^", "<!date^", "<http:", "<https:",
                  "<mailto:", "&amp;", "&lt;", "&gt;")  # fmt: skip
_EMOJI = re.compile(
    r":(?:[a-z]+(?:[_-][a-z0-9]+)+|\+1|-1|smile|tada|fire|eyes|pray|wave|rocket|joy|heart|ok|clap|thinking|sob):(?![\w:/])"
)
_EMOJI_BYTES = re.compile(
    rb":(?:[a-z]+(?:[_-][a-z0-9]+)+|\+1|-1|smile|tada|fire|eyes|pray|wave|rocket|joy|heart|ok|clap|thinking|sob):"
)
_NOT_BEFORE_EMOJI = re.compile(r"[\w:/]")
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD)\b|\bX{3,}\b|\blorem ipsum\b|\{\{\s*[\w.]+\s*\}\}"
    r"|\[(?:insert|your|enter|placeholder|add|company|customer|name|date)\b[^\]\n]{0,40}\](?!\()"
    r"|<(?:insert|your|enter|placeholder)\b[^>\n]{0,40}>|【(?:请?填写|插入|待补充)[^】\n]{0,20}】"
    r"|(?<![A-Za-z])X{3,}(?=[\u4e00-\u9fff])|[\[【](?:您?的?姓名|公司名称?|客户(?:姓名|名称)|日期|产品名称?)[\]】](?!\()"
    r"|此处(?:插入|填写|补充)",
    re.IGNORECASE,
)
_PLACEHOLDER_SIGNS = ("todo", "fixme", "tbd", "xxx", "lorem ipsum", "{{", "[insert", "<insert", "[your", "<your", "[enter",
                      "<enter", "[placeholder", "<placeholder", "[add", "[company", "[customer", "[name", "[date", "【填写", "【请填写",
                      "【插入", "【请插入", "【待补充", "【请待补充", "[姓名", "[您的姓名", "[的姓名", "[您姓名", "【姓名", "【您的姓名", "【您姓名", "[公司名",
                      "【公司名", "[客户", "【客户", "[日期", "【日期", "[产品名", "【产品名", "此处插入", "此处填写", "此处补充")  # fmt: skip
_CAPITALS_ONLY = re.compile(r"todo|fixme|tbd|x{3,}", re.IGNORECASE)
_OTHER_MODEL_ANCHORS = (
    "as an ", "as a language model", "as a large language model", "i'm ", "i’m ", "i am ", "trained by ", "developed by ",
    "created by ", "made by ", "built by ", "chatgpt", "openai", "anthropic", "作为", "我是",
)  # fmt: skip
_OTHER_MODEL = re.compile(
    r"(?<![a-z])(?:as an? (?:ai|artificial intelligence)(?: language)? (?:model|assistant)\b|as a (?:large )?language model\b"
    r"|i(?:['’]m| am) (?:chatgpt|gpt-\d|claude|gemini|bard|llama|copilot|qwen|deepseek|kimi|grok|mistral)\b"
    r"|(?:trained|developed|created|made|built) by (?:openai|anthropic|google|meta|microsoft|mistral|xai|deepseek|alibaba)\b"
    r"|(?:chatgpt|openai|anthropic)\b)"
    r"|作为一?[个名]?(?:ai|人工智能|大型?语言模型|语言模型)|我是(?:chatgpt|文心一言|通义千问|豆包|kimi|deepseek|讯飞星火|智谱)"
)
_OTHER_MODEL_SIGNS = (
    "language model", "language assistant", " ai model", " ai assistant", "artificial intelligence", "chatgpt", "openai",
    "anthropic", "gpt-", "claude", "gemini", "bard", "llama", "copilot", "qwen", "deepseek", "kimi", "grok", "mistral",
    " by google", " by meta", " by microsoft", " by xai", " by alibaba", "人工智能", "语言模型", "作为ai", "作为一ai", "作为个ai", "作为名ai",
    "作为一个ai", "作为一名ai", "我是文心一言", "我是通义千问", "我是豆包", "我是讯飞星火", "我是智谱",
)  # fmt: skip
_LEAST_LOOP_CHARACTERS, _LEAST_LOOP_TIMES = 60, 4
_PROBE = 20
_FEWEST_LETTERS = 2
"""Different ones; lines of one sign are drawn on purpose."""


@rule("Q008")
def broken_characters(said: Said) -> Iterator[Fault]:
    """Text decoded with the wrong table, HTML's way of writing characters, and characters that nobody sees."""
    for passage in _worded(said):
        entity = next((e for e in _ENTITY.finditer(passage.text) if _is_foreign_entity(e.group())), None)
        if match := _MOJIBAKE.search(passage.text) or entity or _INVISIBLE.search(passage.text):
            broken = passage.text[max(match.start() - _AROUND, 0) : match.end() + _AROUND]
            yield _seen(passage, _shown(broken), fixed=_repaired(broken))


@rule("Q009")
def slack_markup(said: Said) -> Iterator[Fault]:
    """Slack's way of writing people, channels, links and emoji, as its API hands messages out."""
    for passage in _worded(said):
        text = passage.text
        marked = anchored(text, _SLACK_ANCHORS, _SLACK_MARKUP) if "<" in text or "&" in text else None
        if match := marked or _emoji_in(text):
            yield _seen(passage, match.group())


@rule("Q010")
def loop(said: Said) -> Iterator[Fault]:
    """The same words four times in a row and more: a generator that did not stop."""
    for passage in said.passages:
        if passage.is_learned and passage.role == "assistant" and (turn := loop_in(passage.text)):
            yield _seen(passage, turn)


@rule("Q015")
def placeholder(said: Said) -> Iterator[Fault]:
    """A gap that nobody has filled in; in code such signs have their own meaning."""
    for passage in (one for one in _worded(said) if "```" not in one.text):
        for match in _placeholders(passage.text):
            is_word = _CAPITALS_ONLY.fullmatch(match.group())
            if not is_word or match.group().isupper():
                yield _seen(passage, match.group())
                break


@rule("Q016")
def other_models_voice(said: Said) -> Iterator[Fault]:
    """An answer copied from another model, which names itself."""
    for passage in said.passages:
        if passage.is_learned and (match := anchored(passage.text.lower(), _OTHER_MODEL_ANCHORS, _OTHER_MODEL)):
            yield _seen(passage, match.group())


@rule("Q018")
def mixed_chinese(said: Said) -> Iterator[Fault]:
    """Simplified beside traditional characters, or full-width beside half-width punctuation, in one answer."""
    for passage in said.passages:
        if passage.is_learned and passage.role == "assistant" and (what := mixture_in(passage.text)):
            yield Fault(passage.path, evidence=passage.text, phrases={"what": f"chinese.{what}"})


def _placeholders(text: str) -> Iterator[re.Match[str]]:
    """What looks like a gap, in order; the pattern is tried where a sign of one stands and nowhere else."""
    lowered = text.lower()
    if len(lowered) != len(text):  # A letter that becomes two in lower case.
        yield from _PLACEHOLDER.finditer(text)
        return
    end = 0
    for place in anchors_in(lowered, _PLACEHOLDER_SIGNS):
        if place >= end and (match := _PLACEHOLDER.match(text, place)):
            end = match.end()
            yield match


def _emoji_in(text: str) -> re.Match[str] | None:
    """The first emoji in Slack's way of writing that is no part of a path, an address or a time."""
    found = _EMOJI.finditer(text)
    return next((one for one in found if not _NOT_BEFORE_EMOJI.fullmatch(text[one.start() - 1 : one.start()])), None)


def loop_in(text: str) -> str:
    """What a text repeats at least four times without a break over 60 characters; empty where it does not."""
    if len(text) < _LEAST_LOOP_CHARACTERS:
        return ""
    for probe_start in (len(text) - 3 * _LEAST_LOOP_CHARACTERS, len(text) // 2, len(text) // 4):
        start = max(probe_start, 0)
        probe = text[start : start + _PROBE]
        # What comes again later than this has no room for the times that make a loop.
        latest = start + (len(text) - start) // _LEAST_LOOP_TIMES
        period = text.find(probe, start + 1, latest + _PROBE) - start
        if period <= 0 or len(set(filter(str.isalpha, probe))) < _FEWEST_LETTERS:
            continue
        times = max(_LEAST_LOOP_TIMES, -(-_LEAST_LOOP_CHARACTERS // period))
        turn = text[start : start + period]
        if text.startswith(turn * times, start):
            return turn
    return ""


def _worded(said: Said) -> Iterator[Passage]:
    """What people and models say; what tools return and are called with keeps its own signs."""
    return (passage for passage in said.passages if passage.role not in {"tool", "function", "call"})


def _seen(passage: Passage, text: str, **more: str) -> Fault:
    return Fault(passage.path, evidence=text, parameters={"text": text, **more})


def _is_foreign_entity(entity: str) -> bool:
    return entity not in _SLACKS_OWN_ENTITIES and html.unescape(entity) != entity


def _repaired(text: str) -> str:
    """The text as it was probably meant."""
    bare = html.unescape(_INVISIBLE.sub("", text))
    for encoding in ("cp1252", "latin-1"):
        try:
            return bare.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return bare


def _shown(text: str) -> str:
    """With invisible characters made visible."""
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


RULES = (
    SignedRule(broken_characters, exact=_BROKEN_SIGNS, patterns=(_ENTITY_BYTES,)),
    SignedRule(slack_markup, exact=_SLACK_ANCHORS, patterns=(_EMOJI_BYTES,)),
    SignedRule(loop, told_by=loop_in),
    SignedRule(placeholder, _PLACEHOLDER_SIGNS),
    SignedRule(other_models_voice, _OTHER_MODEL_SIGNS),
    SignedRule(mixed_chinese, told_by=mixture_in),
)
"""For every example."""

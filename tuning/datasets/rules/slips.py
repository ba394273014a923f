"""Rules on what slips into a text from where it came from: broken characters, mark-up, placeholders, loops.

Each has signs without which it cannot apply, so that a clean example costs a few searches and no more.
"""

import html
import re
from collections.abc import Iterator

from tuning.datasets.chinese import mixture_in
from tuning.datasets.passages import Passage, Said
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.signs import SignedRule

_AROUND = 24
_MOJIBAKE = re.compile(
    "(?:[ÃÂ][\u0080-\u00bf]|â€[\u0090-\u009f™œ˜“”¦¢\u009d]|[æåäçèé][\u0080-\u00bf¢-¿‚-›]{2}|ï»¿|ï¿½|\ufffd|锟斤拷|烫烫烫)"
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_SLACKS_OWN_ENTITIES = ("&amp;", "&lt;", "&gt;")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SLACK_MARKUP = re.compile(
    r"<@[UW][A-Z0-9]{2,}(?:\|[^>]*)?>|<#C[A-Z0-9]{2,}(?:\|[^>]*)?>|<!(?:here|channel|everyone|subteam\^[^>]+|date\^[^>]+)>"
    r"|<(?:https?|mailto):[^\s>|]+(?:\|[^>]*)?>|&(?:amp|lt|gt);"
    r"|(?<![\w:/]):(?:[a-z]+(?:[_-][a-z0-9]+)+|\+1|-1|smile|tada|fire|eyes|pray|wave|rocket|joy|heart|ok|clap|thinking|sob):(?![\w:/])"
)
_PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBD)\b|\bX{3,}\b|\blorem ipsum\b|\{\{\s*[\w.]+\s*\}\}"
    r"|\[(?:insert|your|enter|placeholder|add|company|customer|name|date)\b[^\]\n]{0,40}\](?!\()"
    r"|<(?:insert|your|enter|placeholder)\b[^>\n]{0,40}>|【(?:请?填写|插入|待补充)[^】\n]{0,20}】",
    re.IGNORECASE,
)
_CAPITALS_ONLY = re.compile(r"todo|fixme|tbd|x{3,}", re.IGNORECASE)
_OTHER_MODEL = re.compile(
    r"\bas an? (?:AI|artificial intelligence)(?: language)? (?:model|assistant)\b|\bas a (?:large )?language model\b"
    r"|\bI(?:['’]m| am) (?:ChatGPT|GPT-\d|Claude|Gemini|Bard|Llama|Copilot|Qwen|DeepSeek|Kimi|Grok|Mistral)\b"
    r"|\b(?:trained|developed|created|made|built) by (?:OpenAI|Anthropic|Google|Meta|Microsoft|Mistral|xAI|DeepSeek|Alibaba)\b"
    r"|\b(?:ChatGPT|OpenAI|Anthropic)\b"
    r"|作为一?[个名]?(?:AI|人工智能|大型?语言模型|语言模型)|我是(?:ChatGPT|文心一言|通义千问|豆包|Kimi|DeepSeek|讯飞星火|智谱)",
    re.IGNORECASE,
)
_LEAST_LOOP_CHARACTERS, _LEAST_LOOP_TIMES = 60, 4
_PROBE = 20


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
        if match := _SLACK_MARKUP.search(passage.text):
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
        for match in _PLACEHOLDER.finditer(passage.text):
            is_word = _CAPITALS_ONLY.fullmatch(match.group())
            if not is_word or match.group().isupper():
                yield _seen(passage, match.group())
                break


@rule("Q016")
def other_models_voice(said: Said) -> Iterator[Fault]:
    """An answer copied from another model, which names itself."""
    for passage in said.passages:
        if passage.is_learned and (match := _OTHER_MODEL.search(passage.text)):
            yield _seen(passage, match.group())


@rule("Q018")
def mixed_chinese(said: Said) -> Iterator[Fault]:
    """Simplified beside traditional characters, or full-width beside half-width punctuation, in one answer."""
    for passage in said.passages:
        if passage.is_learned and passage.role == "assistant" and (what := mixture_in(passage.text)):
            yield Fault(passage.path, evidence=passage.text, phrases={"what": f"chinese.{what}"})


def loop_in(text: str) -> str:
    """What a text repeats at least four times without a break over 60 characters; empty where it does not."""
    for probe_start in (len(text) - 3 * _LEAST_LOOP_CHARACTERS, len(text) // 2, len(text) // 4):
        start = max(probe_start, 0)
        probe = text[start : start + _PROBE]
        period = text.find(probe, start + 1) - start
        if period <= 0 or len(set(filter(str.isalpha, probe))) < _LEAST_LOOP_TIMES - 1:
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
    SignedRule(broken_characters, ("Ã", "Â", "â€", "ï»", "ï¿", "\ufffd", "锟", "烫烫", "æ", "å", "ä", "ç", "è", "é", ";",
                                   "\u200b", "\u2060", "\ufeff", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c",
                                   "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069")),
    SignedRule(slack_markup, ("<@", "<#C", "<!", "<http", "<mailto", "&amp;", "&lt;", "&gt;", "_", ":+1:", ":-1:", ":smile:",
                              ":tada:", ":fire:", ":eyes:", ":pray:", ":wave:", ":rocket:", ":joy:", ":heart:", ":ok:",
                              ":clap:", ":thinking:", ":sob:")),
    SignedRule(loop, ()),
    SignedRule(placeholder, ("todo", "fixme", "tbd", "xxx", "lorem ipsum", "{{", "[insert", "<insert", "[your", "<your",
                             "[enter", "<enter", "[placeholder", "<placeholder", "[add", "[company", "[customer",
                             "[name", "[date", "【"), ignores_case=True),
    SignedRule(other_models_voice, ("language model", "an ai ", "artificial intelligence", "chatgpt", "openai", "anthropic",
                                    "i'm ", "i’m ", "i am ", " by ", "作为", "我是"), ignores_case=True),
    SignedRule(mixed_chinese, ()),
)  # fmt: skip
"""For every example."""

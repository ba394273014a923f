"""Rules on what must not be trained on: secrets, persons, what was flagged, and what nobody agreed to."""

import re
from collections.abc import Iterator

from tuning.datasets.passages import Passage, Said
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.signs import SignedRule
from tuning.datasets.secrets import SECRET_SIGNS, Private, contacts_in, numbers_in, secrets_in

_INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget)\b (?:all |any |the |your )*(?:previous|prior|above|earlier|preceding|system)\b.{0,20}"
    r"\b(?:instructions?|prompts?|rules|messages?)\b"
    r"|\b(?:reveal|print|show|repeat|leak) (?:me )?(?:your|the) (?:hidden |full |entire |original )?(?:system )?(?:prompt|instructions)\b"
    r"|\byou are (?:now )?(?:DAN\b|in developer mode|jailbroken)|\bdo anything now\b"
    r"|(?:忽略|无视|忘记)(?:掉)?(?:你|以上|之前|前面|上面|先前|所有|的){1,4}.{0,6}(?:指令|提示|规则|要求)"
    r"|(?:输出|显示|泄露|告诉我)(?:你的)?(?:系统提示|系统指令)",
    re.IGNORECASE,
)
_INSULT = re.compile(
    r"\b(?:fuck(?:ing|er|ed)?|shit(?:ty|head)?|asshole|bitch|bastard|cunt|motherfucker|dickhead|moron|retard(?:ed)?|"
    r"you (?:are|['’]re) (?:an? )?(?:idiot|stupid|worthless))\b|傻逼|傻[Bb]|他妈的|操你|去死吧|王八蛋|混蛋|狗娘养的|滚蛋|脑残",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"(?:copyright|©)\s*(?:\(c\)|©)?\s*(?:19|20)\d{2}|\ball rights reserved\b|\blicensed under the\b|SPDX-License-Identifier"
    r"|版权所有|保留所有权利|未经(?:许可|授权).{0,8}(?:转载|复制)",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 7


@rule("Z001")
def secret(said: Said) -> Iterator[Fault]:
    """What a model has learned it can be made to say."""
    for passage in said.passages:
        yield from _once_a_kind(passage, secrets_in(passage.text))


@rule("Z002")
def personal_number(said: Said) -> Iterator[Fault]:
    """Numbers by which money or a person can be reached, told by their check digits."""
    for passage in said.passages:
        yield from _once_a_kind(passage, numbers_in(passage.text))


@rule("Z002")
def contact(said: Said) -> Iterator[Fault]:
    """Ways to reach somebody; often meant, so they only warn."""
    for passage in said.passages:
        yield from _once_a_kind(passage, contacts_in(passage.text), severity="W")


@rule("Z006")
def injection(said: Said) -> Iterator[Fault]:
    """Words by which somebody tries to turn a model against its instructions."""
    yield from _first_match(said, _INJECTION)


@rule("Z007")
def insult(said: Said) -> Iterator[Fault]:
    """Words that a team seldom wants its model to say; a short list, in English and Chinese."""
    for passage in said.passages:
        if match := _INSULT.search(passage.text):
            word = match.group()
            yield Fault(passage.path, parameters={"masked": f"{word[0]}{'•' * (len(word) - 1)}"})


@rule("Z008")
def licence(said: Said) -> Iterator[Fault]:
    """Somebody else's text may need somebody else's leave."""
    yield from _first_match(said, _LICENCE)


def _once_a_kind(passage: Passage, finds: Iterator[Private], severity: str | None = None) -> Iterator[Fault]:
    seen: set[str] = set()
    for find in finds:
        if find.kind not in seen:
            seen.add(find.kind)
            parameters = {"masked": find.masked, "replacement": find.kind.upper()}
            phrases = {"kind": f"private.{find.kind}"}
            is_warning = severity == "W"
            yield Fault(passage.path, severity="W" if is_warning else None, parameters=parameters, phrases=phrases)


def _first_match(said: Said, pattern: re.Pattern[str]) -> Iterator[Fault]:
    for passage in said.passages:
        if match := pattern.search(passage.text):
            yield Fault(passage.path, evidence=match.group(), parameters={"text": match.group()})


def _has_many_digits(said: Said) -> bool:
    return sum(said.whole.count(digit) for digit in "0123456789") >= _FEWEST_DIGITS


RULES = (
    SignedRule(secret, SECRET_SIGNS),
    SignedRule(personal_number, (), looks=_has_many_digits),
    SignedRule(contact, ("@", "street", "avenue", "road", "lane", "drive", "boulevard", " st.", " ave.", " rd.", "blvd", "号",
                         ".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9", ".0", "+", "-1", "-2", "-3", "-4", "-5", "-6",
                         "-7", "-8", "-9", "-0", "13", "14", "15", "16", "17", "18", "19"), ignores_case=True),
    SignedRule(injection, ("ignore ", "disregard ", "forget ", "reveal ", "print ", "show ", "repeat ", "leak ", "you are ",
                           "do anything now", "忽略", "无视", "忘记", "系统提示", "系统指令"), ignores_case=True),
    SignedRule(insult, ("fuck", "shit", "asshole", "bitch", "bastard", "cunt", "dickhead", "moron", "retard", "idiot", "stupid",
                        "worthless", "傻", "他妈", "操你", "去死", "王八", "混蛋", "狗娘", "滚蛋", "脑残"), ignores_case=True),
    SignedRule(licence, ("copyright", "©", "all rights reserved", "licensed under", "spdx-", "版权", "权利", "未经"),
               ignores_case=True),
)  # fmt: skip
"""For every example."""

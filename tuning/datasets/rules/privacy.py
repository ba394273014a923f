"""Rules on what must not be trained on: secrets, persons, what was flagged, and what nobody agreed to."""

import re
from collections.abc import Iterator

from tuning.datasets.passages import Passage, Said
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.signs import SignedRule, anchored
from tuning.datasets.secrets import (
    ADDRESS_SIGNS,
    CONTACTS,
    KEY_SIGNS,
    OTHER_DIGITS,
    PASSWORD_SIGNS,
    Private,
    personal_in,
    secrets_in,
)

_INJECTION_ANCHORS = (
    "ignore ", "disregard ", "forget ", "reveal ", "print ", "show ", "repeat ", "leak ", "you are ", "do anything now",
    "忽略", "无视", "忘记", "输出", "显示", "泄露", "告诉我",
)  # fmt: skip
_INJECTION = re.compile(
    r"(?<![a-z])(?:(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|preceding|system)\b.{0,20}"
    r"\b(?:instructions?|prompts?|rules|messages?)\b"
    r"|(?:ignore|disregard|forget) (?:all |any |the |your |my )*(?:instructions?|prompts?|rules|everything)\b.{0,20}"
    r"\b(?:above|before|earlier|previously|so far|told)\b|disregard (?:all |everything |the )*above\b"
    r"|(?:reveal|print|show|repeat|leak) (?:me )?(?:your|the) (?:hidden |full |entire |original )?(?:system )?(?:prompt|instructions)\b"
    r"|you are (?:now )?(?:dan\b|in developer mode|jailbroken)|do anything now\b)"
    r"|(?:忽略|无视|忘记)(?:掉)?(?:你|以上|之前|前面|上面|先前|所有|的){1,4}.{0,6}(?:指令|提示|规则|要求|设定|指示)"
    r"|(?:输出|显示|泄露|告诉我)(?:你的)?(?:系统提示|系统指令)"
)
_INJECTION_SIGNS = (
    "ignore ", "disregard ", "forget ", "your prompt", "the prompt", "system prompt", "hidden prompt", "full prompt",
    "entire prompt", "original prompt", "your instructions", "the instructions", "system instructions",
    "hidden instructions", "full instructions", "entire instructions", "original instructions", "developer mode",
    "jailbroken", "you are dan", "you are now dan", "do anything now", "忽略", "无视", "忘记", "系统提示", "系统指令",
)  # fmt: skip
_INSULT = re.compile(
    r"\b(?:fuck(?:ing|er|ed)?|shit(?:ty|head)?|asshole|bitch|bastard|cunt|motherfucker|dickhead|moron|retard(?:ed)?|"
    r"you(?:(?:'re|’re| are) (?:such )?(?:an? )?| )(?:(?:bloody|stupid|dumb|fat|lazy|damn) )*(?:idiots?|imbecile|stupid|worthless))\b|傻逼|傻[Bb]|他妈的|操你|去死吧|王八蛋|混蛋|狗娘养的|滚蛋|滚开|脑残|去你[妈吗]的|你(?:这|真是|就是)?个?(?:大)?(?:白痴|蠢货|蠢猪|废物)",
    re.IGNORECASE,
)
_EMAIL_BYTES = re.compile(rb"@(?<=[\w.+\-\x80-\xff]@)[A-Za-z0-9-]+\.")
_NUMBER_OUTLINE = re.compile(rb"0(?:[0-]{5,}[0x]|-0{1,3}-0{1,3}-0)")
"""What `secrets` calls a run of digits, in an outline."""

_LICENCE = re.compile(
    r"(?:copyright|©)\s*(?:\(c\)|©)?\s*(?:19|20)\d{2}|\ball rights reserved\b|\blicensed under the\b|SPDX-License-Identifier"
    r"|\bunder the (?:terms of the )?(?:GNU|MIT License|Apache License|BSD|Creative Commons)\b"
    r"|permission is hereby granted, free of charge|版权(?:所有|归.{1,12}所有)|保留所有权利|未经(?:许可|授权).{0,8}(?:转载|复制)",
    re.IGNORECASE,
)


@rule("Z001")
def secret(said: Said) -> Iterator[Fault]:
    """What a model has learned it can be made to say."""
    for passage in said.passages:
        yield from _once_a_kind(passage, secrets_in(passage.text))


@rule("Z002")
def personal_data(said: Said) -> Iterator[Fault]:
    """By which money or a person can be reached; ways to reach somebody are often meant, so they only warn."""
    for passage in said.passages:
        yield from _once_a_kind(passage, personal_in(passage.text))


@rule("Z006")
def injection(said: Said) -> Iterator[Fault]:
    """Words by which somebody tries to turn a model against its instructions."""
    for passage in said.passages:
        if match := anchored(passage.text.lower(), _INJECTION_ANCHORS, _INJECTION):
            yield Fault(passage.path, evidence=match.group(), parameters={"text": match.group()})


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


def _once_a_kind(passage: Passage, finds: Iterator[Private]) -> Iterator[Fault]:
    seen: set[str] = set()
    for find in finds:
        if find.kind not in seen:
            seen.add(find.kind)
            parameters = {"masked": find.masked, "replacement": find.kind.upper()}
            phrases = {"kind": f"private.{find.kind}"}
            yield Fault(
                passage.path, severity="W" if find.kind in CONTACTS else None, parameters=parameters, phrases=phrases
            )


def _first_match(said: Said, pattern: re.Pattern[str]) -> Iterator[Fault]:
    for passage in said.passages:
        if match := pattern.search(passage.text):
            yield Fault(passage.path, evidence=match.group(), parameters={"text": match.group()})


RULES = (
    SignedRule(secret, PASSWORD_SIGNS, KEY_SIGNS),
    SignedRule(personal_data, OTHER_DIGITS, ADDRESS_SIGNS, patterns=(_EMAIL_BYTES,), outlined=(_NUMBER_OUTLINE,)),
    SignedRule(injection, _INJECTION_SIGNS),
    SignedRule(insult, ("fuck", "shit", "asshole", "bitch", "bastard", "cunt", "dickhead", "moron", "retard", "idiot", "stupid",
                        "worthless", "傻逼", "傻b", "他妈的", "操你", "去死吧", "王八蛋", "混蛋", "狗娘养的", "滚蛋", "滚开",
                        "脑残", "去你妈的", "去你吗的", "白痴", "蠢货", "蠢猪", "废物")),
    SignedRule(licence, ("copyright", "©", "all rights reserved", "licensed under the", "spdx-license-identifier", "under the gnu",
                         "under the mit license", "under the apache license", "under the bsd", "under the creative commons",
                         "under the terms of the", "permission is hereby granted", "版权所有", "版权归",
                         "保留所有权利", "未经许可", "未经授权")),
)  # fmt: skip
"""For every example."""

"""Finding what must not be trained on: keys and passwords, and data about persons; each with what may be shown of it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from ipaddress import AddressValueError, IPv4Address
from typing import Final, NamedTuple, TypeAlias

from tuning.datasets.anchors import anchors_in

_MASK: Final = "•••"


class Private(NamedTuple):
    """One find."""

    kind: str
    """A key of the catalogue, `private.<kind>`; in capitals it takes the find's place."""
    start: int
    end: int
    masked: str
    """What may be shown."""


_KEYS: Final = {
    "api_key": r"(?<![A-Za-z0-9])sk-(?:proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{16,}|(?<![A-Za-z0-9])LTAI[A-Za-z0-9]{12,26}(?![A-Za-z0-9])",
    "slack_token": r"(?<![A-Za-z0-9])(?:xox[abeprs]-|xapp-)[A-Za-z0-9-]{10,}",
    "slack_webhook": r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    "github_token": r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})",
    "gitlab_token": r"(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{16,}",
    "google_key": r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}",
    "aws_key": r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"
    r"|(?i:secret_?access_?key)[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])",
    "stripe_key": r"(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{16,}",
    "hub_token": r"(?<![A-Za-z0-9])(?:hf_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{30,})",
    "jwt": r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "private_key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "password": r"(?i:\b(?:api[_-]?key|secret(?:[_-]?key)?|access[_-]?token|password|passwd)\b[\"']?\s*[=:]\s*[\"'])"
    r"(?=[^\"'\s]*[0-9])(?=[^\"'\s]*[a-z])(?=[^\"'\s]*[A-Z])[^\"'\s]{12,}(?=[\"'])"
    r"|(?:密码|口令)(?:是|为)?\s*[：:]\s*(?=[!-~]*[0-9])(?=[!-~]*[a-z])(?=[!-~]*[A-Z])[!-~]{10,}"
    r"|(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?)://[^\s:/@]{1,64}:(?!pass|secret|\$|<|\{)(?=[^\s@]*[0-9])"
    r"(?=[^\s@]*[A-Za-z])[^\s@/]{8,}@",
}
_SECRET = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KEYS.items()))
_PLACEHOLDER = re.compile(r"your|xxxx|\*\*\*|\.\.\.|placeholder|changeme", re.IGNORECASE)
_KEY_BODY = re.compile(r"[A-Za-z0-9]{16}")
KEY_SIGNS: Final = (
    "sk-", "xox", "xapp-", "hooks.slack", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AIza", "AKIA",
    "ASIA", "sk_live_", "rk_live_", "hf_", "npm_", "eyJ", "-----BEGIN", "LTAI", "密码", "口令", "postgres://", "postgresql://",
    "mysql://", "mongodb://", "mongodb+srv://", "redis://", "rediss://", "amqp://", "amqps://",
)  # fmt: skip
"""What keys begin with, in this case alone."""

PASSWORD_SIGNS: Final = (
    "api_key", "api-key", "apikey", "secret", "access_token", "access-token", "accesstoken", "password", "passwd"
)  # fmt: skip
"""What the name of a password begins with, whatever its case."""


def secrets_in(text: str) -> Iterator[Private]:
    """Keys, tokens, passwords and private keys; what is plainly a placeholder is none."""
    end = 0
    for place in _beginnings(text):
        match = _SECRET.match(text, place) if place >= end else None
        if match is None:
            continue
        end = match.end()
        kind, found = str(match.lastgroup), match.group()
        if kind != "private_key" and _PLACEHOLDER.search(found):
            continue
        has_body = bool(_KEY_BODY.search(found)) or any(map(str.isdigit, found))
        if kind != "api_key" or has_body:
            yield Private(kind, match.start(), match.end(), found[:6] + _MASK)


def _beginnings(text: str) -> list[int]:
    """Where something secret may begin: the pattern is tried there and nowhere else."""
    lowered = text.lower()
    if len(lowered) != len(text):  # A letter that becomes two in lower case.
        return list(range(len(text)))
    return sorted({*anchors_in(text, KEY_SIGNS), *anchors_in(lowered, PASSWORD_SIGNS)})


_CARD = re.compile(
    r"(?<![\d.-])[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d-]|\.\d)|(?<![\d.-])3\d{3}[ -]?\d{6}[ -]?\d{4,5}(?![\d-])"
)
_CARD_ISSUER = re.compile(
    r"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6[0-9])\d{14}"
)
"""How long the numbers of each issuer are, by their first digits (ISO/IEC 7812): Visa, Mastercard, American Express,
Diners Club, JCB, Discover, UnionPay, Maestro. Bar codes and row ids have other lengths or other beginnings."""

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CHINESE_ID = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_HEALTH = re.compile(
    r"(?i:\b(?:NHS|Medicare|MBI|health(?: insurance| card)?) (?:card )?(?:number|no\.?|id|#)|\bMBI\b|\bhealth card\b|\bMRN\b|medical record (?:number|no\.?)|医保(?:卡)?号|病历号)"
    r"[^\d\n]{0,20}((?!(?:19|20)\d\d-)\d(?:[ -]?[\dA-Z]){7,12})|\bNHS\b[^\d\n]{0,20}(\d{3} ?\d{3} ?\d{4})(?![ \d])"
)
_PHONE = re.compile(
    r"(?<![\d+.])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){6,11}(?!\d)"
    r"|(?<![\d-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\d-])|(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"
    r"|(?<![\d-])0\d{2,3}-[2-9]\d{6,7}(?![\d-])"
)
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b")
_ADDRESS = re.compile(
    r"\b\d{1,5}[A-Z]? (?:[A-Z][a-z]+ ){1,3}(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Lane|Drive|Boulevard|Blvd\.?|Parkway"
    r"|Terrace|Crescent)(?![a-z])"
    r"|[\u4e00-\u9fff]{2,8}[省市][\u4e00-\u9fff]{1,8}[区县市][\u4e00-\u9fff0-9]{1,12}[路街道巷]\d+号"
)
_TECHNICAL_MAILBOXES: Final = ("git@", "noreply@", "no-reply@")
_IBAN_LENGTHS: Final = {"DE": 22, "FR": 27, "GB": 22, "ES": 24, "IT": 27, "NL": 18, "BE": 16, "CH": 21, "AT": 20, "PL": 28,
                        "SE": 24, "NO": 15, "DK": 18, "FI": 18, "PT": 25, "IE": 22, "LU": 20, "CZ": 24, "GR": 27, "HU": 28,
                        "RO": 24, "TR": 26, "SA": 24, "AE": 23, "IL": 23, "AD": 24, "AL": 28, "AZ": 28, "BA": 20,
                        "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CR": 22, "CY": 28, "DO": 28, "EE": 20, "EG": 29,
                        "FO": 18, "GE": 22, "GI": 23, "GL": 18, "GT": 28, "HR": 21, "IQ": 23, "IS": 26, "JO": 30,
                        "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24,
                        "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "PK": 24, "PS": 29, "QA": 29, "RS": 22,
                        "SI": 19, "SK": 24, "SM": 27, "TN": 24, "UA": 29, "VA": 22, "VG": 24, "XK": 20}  # fmt: skip
_CHINESE_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHINESE_ID_CHECKS: Final = "10X98765432"
_IP_VERSIONS: Final = ("version ", "v")
_DIGITS = re.compile(r"\d[\d ().+/-]{5,}[\dXx]|\d\.\d{1,3}\.\d{1,3}\.\d")
"""A run that may hold a number worth a closer look: the patterns below are tried around runs alone."""

_BEFORE, _AFTER = 40, 24
_STREETS: Final = ("Street", " St.", "Avenue", " Ave.", " Road", " Rd.", " Lane", " Drive", "Boulevard", "Blvd",
                   "Parkway", "Terrace", "Crescent")  # fmt: skip
_ADDRESS_WORDS: Final = (*_STREETS, "号")
ADDRESS_SIGNS: Final = (*_STREETS, *(f"{digit}号" for digit in range(10)))
"""What an address has; a house number in digits of another script is one of the next."""

OTHER_DIGITS: Final = tuple(chr(code) for code in range(0x80, 0x1FC00) if chr(code).isdecimal())
"""Digits of other scripts, which numbers are written in too."""

CONTACTS: Final = frozenset({"email", "phone", "address", "ip"})
"""Kinds by which somebody can be reached; the others are worse."""


def personal_in(text: str) -> Iterator[Private]:
    """Cards, accounts, identity and health numbers, told by their check digits where they have them; telephone
    numbers, e-mail, postal and IP addresses."""
    for run in _DIGITS.finditer(text):
        low, high = max(run.start() - _BEFORE, 0), min(run.end() + _AFTER, len(text))
        found = list(_numbers_in(text, low, high, digits=sum(map(str.isdecimal, run.group()))))
        yield from found
        if not found:
            yield from _phones_and_hosts(text, low, high)
    at = text.find("@")
    while at >= 0:
        for match in _EMAIL.finditer(text, max(at - 64, 0), at + 255):
            name, _, host = match.group().partition("@")
            if not match.group().lower().startswith(_TECHNICAL_MAILBOXES):
                yield Private(
                    "email", match.start(), match.end(), f"{name[0]}{_MASK}@{_MASK}.{host.rpartition('.')[2]}"
                )
        at = text.find("@", at + 255)
    if _may_hold_address(text):
        for match in _ADDRESS.finditer(text):
            yield Private("address", match.start(), match.end(), match.group()[:2] + _MASK)


def _may_hold_address(text: str) -> bool:
    for word in _ADDRESS_WORDS:  # noqa: SIM110 - a loop costs half of what `any` does.
        if word in text:
            return True
    return False


def _numbers_in(text: str, low: int, high: int, digits: int) -> Iterator[Private]:
    """The numbers around a run of so many digits."""
    around = text[low:high].lower()
    for kind, pattern, is_valid, fewest_digits, words in _NUMBERS:
        if digits < fewest_digits or not (words is None or any(word in around for word in words)):
            continue
        for match in pattern.finditer(text, low, high):
            found = match.group(match.lastindex or 0)
            if is_valid(found):
                yield Private(kind, match.start(), match.end(), _MASK + found[-4:])


def _phones_and_hosts(text: str, low: int, high: int) -> Iterator[Private]:
    for match in _PHONE.finditer(text, low, high):
        yield Private("phone", match.start(), match.end(), _MASK + match.group()[-2:])
    for match in _IP.finditer(text, low, high):
        is_version = text[max(match.start() - 8, 0) : match.start()].lower().endswith(_IP_VERSIONS)
        if not is_version and _is_host(match.group()):
            yield Private("ip", match.start(), match.end(), match.group().partition(".")[0] + f".{_MASK}")


def _digits(found: str) -> str:
    return re.sub(r"[ -]", "", found)


def _is_card(found: str) -> bool:
    """An issuer's beginning and length, Luhn's check digit, and more than one digit."""
    if not _CARD_ISSUER.fullmatch(_digits(found)):
        return False
    digits = [int(digit) for digit in _digits(found)]
    doubled = [digit if index % 2 == 0 else sum(divmod(digit * 2, 10)) for index, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1


def _is_iban(found: str) -> bool:
    """ISO 13616: the remainder by 97 is 1, and the country's own length."""
    bare = _digits(found)
    if _IBAN_LENGTHS.get(bare[:2], 0) != len(bare):
        return False
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1


def _is_chinese_id(found: str) -> bool:
    """GB 11643: a birthday and a check character."""
    total = sum(int(digit) * weight for digit, weight in zip(found, _CHINESE_ID_WEIGHTS, strict=False))
    try:
        date(int(found[6:10]), int(found[10:12]), int(found[12:14]))
    except ValueError:
        return False
    return _CHINESE_ID_CHECKS[total % 11] == found[17].upper()


def _is_host(found: str) -> bool:
    try:
        address = IPv4Address(found)
    except AddressValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or found.startswith("255."))


_HEALTH_WORDS: Final = ("nhs", "medicare", "mbi", "health", "mrn", "medical record", "医保", "病历号")
_Kind: TypeAlias = tuple[str, re.Pattern[str], Callable[[str], bool], int, tuple[str, ...] | None]
_NUMBERS: Final[tuple[_Kind, ...]] = (
    ("card", _CARD, _is_card, 13, None),
    ("iban", _IBAN, _is_iban, 0, None),
    ("national_id", _CHINESE_ID, _is_chinese_id, 17, None),
    ("national_id", _SSN, lambda _: True, 9, None),
    ("health_number", _HEALTH, lambda _: True, 0, _HEALTH_WORDS),
)
"""Each with how it is told, the fewest digits that it has in one run, and the words of which one stands before it."""

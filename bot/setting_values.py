"""What one setting may hold: each value put into its usual form, or refused with the code of a sentence."""

import re
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address
from typing import Final, LiteralString
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError

EVERYONE: Final = "everyone"
_MOST_USD: Final = 1_000_000_000
_SHORTEST_API_KEY: Final = 20
_API_KEY = re.compile(rf"[!-~]{{{_SHORTEST_API_KEY},}}", re.ASCII)
_SLACK_HOSTS = ("slack.com", "slack-gov.com")
_TOKEN_KIND = re.compile(r"(xox[a-z](?:\.xox[a-z])?|xapp|xwfp|sk)-", re.ASCII)
_USER_ID = re.compile(r"[UW][A-Z0-9]+", re.ASCII)
_BUCKETS = frozenset({"s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss", "file"})


def is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def words(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def slack_api_url(url: str) -> str:
    """Tokens go nowhere but to Slack, or to a workspace on this very machine."""
    parts = urlsplit(url if is_http_url(url) else "")
    host = parts.hostname or ""
    if not (parts.scheme == "https" and _is_slacks(host)) and not is_loopback(host):
        raise PydanticCustomError("settings.slack_api_url", "not Slack", {"value": url})
    return url if url.endswith("/") else f"{url}/"


def slack_file_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """The same for the hosts of files, each with its port where it has one."""
    for host in hosts:
        name = urlsplit(f"http://{host}").hostname if is_http_url(f"http://{host}") else ""
        if not (is_loopback(name) or (name == host and _is_slacks(host))):
            raise PydanticCustomError("settings.slack_file_hosts", "not Slack", {"value": host[:60]})
    return hosts


def _is_slacks(host: str) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in _SLACK_HOSTS)


def database_url(url: str) -> str:
    """Any usual spelling of a SQLite or PostgreSQL URL, with the drivers that we install."""
    scheme, separator, rest = url.partition("://")
    drivers = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
    driver = drivers.get(scheme.partition("+")[0])
    if url and not (driver and separator):
        raise PydanticCustomError("settings.database_url", "unknown database", {"scheme": scheme[:20]})
    if url and not _names_a_database(f"{scheme}://{rest}"):
        raise PydanticCustomError("settings.database_address", "no database is named")
    return f"{driver}://{rest}" if url else ""


def _names_a_database(url: str) -> bool:
    """A SQLite file, since one in memory forgets everything; or a PostgreSQL server with a port that is a number."""
    parts = urlsplit(url)
    if parts.scheme.startswith("sqlite"):
        return parts.path.strip("/") not in {"", ":memory:"} and not parts.netloc
    try:
        return bool(parts.path.strip("/")) and parts.port != 0
    except ValueError:
        return False


def bucket_url(url: str) -> str:
    """A bucket that obstore can open, or a folder that several machines share.

    Source of the schemes: https://developmentseed.org/obstore/latest/api/store (`from_url`, read 2026-11).
    """
    parts = urlsplit(url)
    if url and not (parts.scheme in _BUCKETS and (parts.netloc or parts.path)):
        raise PydanticCustomError("settings.bucket_url", "no bucket", {"value": url[:60]})
    return url


def user_ids(words: tuple[str, ...]) -> tuple[str, ...]:
    """Slack's ids of people begin with U or W; a name would name nobody."""
    for word in words:
        if not _USER_ID.fullmatch(word):
            raise PydanticCustomError("settings.user_id", "no user id", {"value": word[:60]})
    return words


def starters(words: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of people, or the one word that stands for every full member."""
    if words == (EVERYONE,):
        return words
    for word in words:
        if not _USER_ID.fullmatch(word):
            raise PydanticCustomError("settings.starters", "no user id", {"value": word[:60]})
    return words


def usd(variable: LiteralString) -> BeforeValidator:
    """An amount in US dollars, with or without the sign; None where nothing is set."""

    def read(value: object) -> object:
        text = value.strip().removeprefix("$") if isinstance(value, str) else value
        if text is None or text == "":
            return None
        try:
            amount = Decimal(str(text))
        except InvalidOperation:
            amount = Decimal(-1)
        if not (amount.is_finite() and 0 <= amount <= _MOST_USD):
            raise PydanticCustomError("settings.usd", "no amount", {"name": variable, "value": str(value)[:60]})
        return amount

    return BeforeValidator(read)


def signing_secret(secret: SecretStr) -> SecretStr:
    """Not another of the app's secrets: they stand side by side, and only requests would tell."""
    if secret.get_secret_value().startswith(("xox", "xapp", "v0=")):
        raise PydanticCustomError("settings.signing_secret", "another kind of secret")
    return secret


def api_key(secret: SecretStr) -> SecretStr:
    """Long enough not to be guessed, and of characters that a header carries."""
    given = secret.get_secret_value()
    if given and not _API_KEY.fullmatch(given):
        raise PydanticCustomError("settings.api_key", "no key", {"shortest": _SHORTEST_API_KEY})
    return secret


def is_http_url(url: str) -> bool:
    """Whether it is a whole http or https address, its port a number where it has one."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def http_url(url: str) -> str:
    if url and not is_http_url(url):
        raise PydanticCustomError("settings.provider_url", "not a URL", {"value": url})
    return url.rstrip("/")


def starting_with(prefix: str, code: LiteralString) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        given = token.get_secret_value()
        if given and not given.startswith(prefix):
            # Only a beginning that is known to be no secret is quoted.
            known = _TOKEN_KIND.match(given)
            raise PydanticCustomError(code, "another kind of token", {"given": f"{known[1]}-" if known else "…"})
        return token

    return AfterValidator(check)

"""What an operator can set: environment variables, or the same lines in a `.env` file."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, LiteralString, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.wrong_settings import WrongSettings, problem_of
from tuning.providers.profiles import PROFILES

_SLACK_HOSTS = ("slack.com", "slack-gov.com")
_DEFAULT_MAX_FILE_BYTES = 512 * 1024 * 1024
"""The most that OpenAI takes as one fine-tuning file.

Source: https://platform.openai.com/docs/api-reference/files/create ("individual files can be up to 512 MB").
"""


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _words(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def _slack_api_url(url: str) -> str:
    """Tokens go nowhere but to Slack, or to a workspace on this very machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_slack = parts.scheme == "https" and any(host == known or host.endswith(f".{known}") for known in _SLACK_HOSTS)
    if not is_slack and not (parts.scheme in {"http", "https"} and _is_loopback(host)):
        raise PydanticCustomError("settings.slack_api_url", "not Slack", {"value": url})
    return url if url.endswith("/") else f"{url}/"


def _database_url(url: str) -> str:
    """Any usual spelling of a SQLite or PostgreSQL URL, with the drivers that we install."""
    scheme, separator, rest = url.partition("://")
    drivers = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
    driver = drivers.get(scheme.partition("+")[0])
    if url and not (driver and separator):
        raise PydanticCustomError("settings.database_url", "unknown database", {"scheme": scheme[:20]})
    return f"{driver}://{rest}" if url else ""


def _http_url(url: str) -> str:
    parts = urlsplit(url)
    if url and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise PydanticCustomError("settings.provider_url", "not a URL", {"value": url})
    return url.rstrip("/")


def _starting_with(prefix: str, code: LiteralString) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not token.get_secret_value().startswith(prefix):
            raise PydanticCustomError(code, "another kind of token")
        return token

    return AfterValidator(check)


_NO_SECRET = SecretStr("")
_Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


class Settings(BaseSettings):
    """Everything that differs between two installations. Use `Settings.load`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, populate_by_name=True
    )

    slack_bot_token: Annotated[SecretStr, _starting_with("xoxb-", "settings.bot_token")] = _NO_SECRET
    slack_app_token: Annotated[SecretStr, _starting_with("xapp-", "settings.app_token")] = _NO_SECRET
    """For Socket Mode."""
    slack_signing_secret: SecretStr = _NO_SECRET
    """For HTTP."""
    slack_api_url: Annotated[str, AfterValidator(_slack_api_url)] = "https://slack.com/api/"
    slack_file_hosts: _Words = ("files.slack.com",)
    """The only hosts from which shared files are fetched; the local workspace adds `127.0.0.1:PORT`."""
    requested_transport: Literal["", "socket", "http"] = Field(default="", validation_alias="TUNESMITH_TRANSPORT")
    data: Path = Field(default=Path("data"), validation_alias="TUNESMITH_DATA")
    """The folder for databases and files."""
    given_database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default="", validation_alias="TUNESMITH_DATABASE_URL", repr=False
    )
    bucket_url: str = Field(default="", validation_alias="TUNESMITH_BUCKET_URL")
    """`s3://…` and the like, when several replicas share the bytes of datasets."""
    provider: Literal["trainer", "openai", "custom"] = Field(default="trainer", validation_alias="TUNESMITH_PROVIDER")
    given_provider_url: Annotated[str, AfterValidator(_http_url)] = Field(
        default="", validation_alias="TUNESMITH_PROVIDER_URL"
    )
    given_provider_key: SecretStr = Field(default=_NO_SECRET, validation_alias="TUNESMITH_PROVIDER_KEY")
    openai_api_key: SecretStr = _NO_SECRET
    """Used for the provider `openai` where TUNESMITH_PROVIDER_KEY is not set."""
    admins: _Words = Field(default=(), validation_alias="TUNESMITH_ADMINS")
    """Slack user ids that may cancel and delete everything, beside Slack's own admins."""
    team_channel: str = Field(default="", validation_alias="TUNESMITH_TEAM_CHANNEL")
    """The id of the channel that is told how jobs ended; empty for none."""
    language: Literal["en", "zh"] = Field(default="en", validation_alias="TUNESMITH_LANGUAGE")
    """Of messages to a channel; a person reads the language of their own Slack."""
    host: str = Field(default="127.0.0.1", validation_alias="TUNESMITH_HOST")
    port: int = Field(default=3000, ge=0, le=65535, validation_alias="TUNESMITH_PORT")
    max_file_bytes: int = Field(default=_DEFAULT_MAX_FILE_BYTES, ge=1, validation_alias="TUNESMITH_MAX_FILE_BYTES")

    @classmethod
    def load(cls) -> Self:
        """Read the environment, and below it a `.env` file in the current folder where there is one.

        Raises:
            WrongSettings: one sentence for each setting that is wrong or missing.
        """
        try:
            return cls()
        except ValidationError as error:
            raise WrongSettings([problem_of(cls, one) for one in error.errors(include_url=False)]) from None

    @model_validator(mode="after")
    def _can_reach_slack(self) -> Self:
        if not self.slack_bot_token.get_secret_value():
            raise PydanticCustomError("settings.no_bot_token", "no bot token")
        if self.transport == "socket" and not self.slack_app_token.get_secret_value():
            raise PydanticCustomError("settings.no_transport", "neither app token nor signing secret")
        if self.transport == "http" and not self.slack_signing_secret.get_secret_value():
            raise PydanticCustomError("settings.no_signing_secret", "no signing secret")
        return self

    @model_validator(mode="after")
    def _can_reach_the_provider(self) -> Self:
        if not self.provider_url:
            raise PydanticCustomError("settings.no_provider_url", "no provider URL")
        if PROFILES[self.provider].needs_key and not self.provider_key:
            raise PydanticCustomError("settings.no_provider_key", "no provider key", {"provider": self.provider})
        return self

    @property
    def transport(self) -> Literal["socket", "http"]:
        """Socket Mode when there is an app token, unless HTTP is asked for; else HTTP with a signing secret."""
        if self.requested_transport:
            return self.requested_transport
        has_only_secret = self.slack_signing_secret.get_secret_value() and not self.slack_app_token.get_secret_value()
        return "http" if has_only_secret else "socket"

    @property
    def provider_url(self) -> str:
        return self.given_provider_url or PROFILES[self.provider].base_url

    @property
    def provider_key(self) -> str:
        """Empty where the provider asks for none."""
        key = self.given_provider_key.get_secret_value()
        return key or (self.openai_api_key.get_secret_value() if self.provider == "openai" else "")

    @property
    def database_url(self) -> str:
        return self.given_database_url or f"sqlite+aiosqlite:///{self.data / 'tunesmith.sqlite'}"

    @property
    def inbox_url(self) -> str:
        """A SQLite file of its own, so that long work never delays an acknowledgement; or a table on PostgreSQL."""
        return self._beside("inbox.sqlite")

    @property
    def durable_url(self) -> str:
        """Where workflows are kept: a SQLite file of its own, or a schema on PostgreSQL."""
        return self._beside("durable.sqlite")

    @property
    def files_folder(self) -> Path:
        """Where the bytes of datasets lie."""
        return self.data / "files"

    def _beside(self, file_name: str) -> str:
        is_sqlite = self.database_url.startswith("sqlite")
        return f"sqlite+aiosqlite:///{self.data / file_name}" if is_sqlite else self.database_url

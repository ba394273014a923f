"""What an operator can set: environment variables, or the same lines in a `.env` file."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import NoDecode, SettingsConfigDict

from bot import setting_values as values
from bot.provider_settings import NO_SECRET, ProviderSettings
from bot.wrong_settings import SettingsProblem, WrongSettings, name_of_field, problem_of
from tuning.authority import Policy

_DEFAULT_MAX_FILE_BYTES = 512 * 1024 * 1024
"""The most that OpenAI takes as one fine-tuning file.

Source: https://platform.openai.com/docs/api-reference/files/create ("individual files can be up to 512 MB").
"""


_Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.words)]


class Settings(ProviderSettings):
    """Everything that differs between two installations. Use `Settings.load`."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        dotenv_filtering="only_existing",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    slack_bot_token: Annotated[SecretStr, values.starting_with("xoxb-", "settings.bot_token")] = NO_SECRET
    slack_app_token: Annotated[SecretStr, values.starting_with("xapp-", "settings.app_token")] = NO_SECRET
    """For Socket Mode."""
    slack_signing_secret: Annotated[SecretStr, AfterValidator(values.signing_secret)] = NO_SECRET
    """For HTTP."""
    slack_api_url: Annotated[str, AfterValidator(values.slack_api_url)] = "https://slack.com/api/"
    slack_file_hosts: Annotated[_Words, AfterValidator(values.slack_file_hosts)] = ("files.slack.com",)
    """The only hosts from which shared files are fetched; the local workspace adds `127.0.0.1:PORT`."""
    requested_transport: Literal["", "socket", "http"] = Field(default="", validation_alias="TUNESMITH_TRANSPORT")
    data: Path = Field(default=Path("data"), validation_alias="TUNESMITH_DATA")
    """The folder for databases and files."""
    given_database_url: Annotated[str, AfterValidator(values.database_url)] = Field(
        default="", validation_alias="TUNESMITH_DATABASE_URL", repr=False
    )
    bucket_url: Annotated[str, AfterValidator(values.bucket_url)] = Field(
        default="", validation_alias="TUNESMITH_BUCKET_URL"
    )
    """`s3://…` and the like, when several replicas share the bytes of datasets."""
    admins: Annotated[_Words, AfterValidator(values.user_ids)] = Field(default=(), validation_alias="TUNESMITH_ADMINS")
    """Slack user ids that may approve, cancel and delete everything, beside Slack's own admins."""
    starters: Annotated[_Words, AfterValidator(values.starters)] = Field(
        default=(), validation_alias="TUNESMITH_STARTERS"
    )
    """Slack user ids that may start paid jobs, beside admins; `everyone` for every full member."""
    job_cap_usd: Annotated[Decimal | None, values.usd("TUNESMITH_JOB_CAP_USD")] = Field(
        default=None, validation_alias="TUNESMITH_JOB_CAP_USD"
    )
    """A job that costs more needs an approval."""
    month_cap_usd: Annotated[Decimal | None, values.usd("TUNESMITH_MONTH_CAP_USD")] = Field(
        default=None, validation_alias="TUNESMITH_MONTH_CAP_USD"
    )
    """A job that brings the calendar month above it needs an approval."""
    team_channel: str = Field(default="", validation_alias="TUNESMITH_TEAM_CHANNEL")
    """The id of the channel that is told how jobs ended; empty for none."""
    digest: Literal["off", "daily", "weekly"] = Field(default="weekly", validation_alias="TUNESMITH_DIGEST")
    """How often that channel is told what ran, what it cost and which models end soon."""
    language: Literal["en", "zh"] = Field(default="en", validation_alias="TUNESMITH_LANGUAGE")
    """Of messages to a channel; a person reads the language of their own Slack."""
    host: str = Field(default="127.0.0.1", validation_alias="TUNESMITH_HOST")
    port: int = Field(default=3000, ge=0, le=65535, validation_alias="TUNESMITH_PORT")
    dataset_days: int = Field(default=0, ge=0, validation_alias="TUNESMITH_DATASET_DAYS")
    """Days after which a dataset that nobody has added to or trained on is deleted; 0 keeps it until somebody does."""
    transcript_days: int = Field(default=0, ge=0, validation_alias="TUNESMITH_TRANSCRIPT_DAYS")
    """Days after which questions to tuned models and their answers are deleted; 0 keeps them."""
    max_file_bytes: int = Field(default=_DEFAULT_MAX_FILE_BYTES, ge=1, validation_alias="TUNESMITH_MAX_FILE_BYTES")

    api_key: Annotated[SecretStr, AfterValidator(values.api_key)] = Field(
        default=NO_SECRET, validation_alias="TUNESMITH_API_KEY"
    )
    """Opens `POST /check` and `POST /estimate` to whoever sends it; without one neither is there."""

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(values.upper)] = Field(
        default="INFO", validation_alias="TUNESMITH_LOG_LEVEL"
    )

    @classmethod
    def load(cls) -> Self:
        """Read the environment, and below it a `.env` file in the current folder where there is one.

        Raises:
            WrongSettings: one sentence for each setting that is wrong or missing.
        """
        settings, problems = cls.examined()
        if problems:
            raise WrongSettings(problems)
        return settings

    @classmethod
    def examined(cls) -> tuple[Self, list[SettingsProblem]]:
        """The settings, with the usual value where one is wrong, and everything that is wrong or missing, at once.

        Raises:
            WrongSettings: the `.env` file can't be read.
        """
        try:
            return cls._examined({})
        except (UnicodeDecodeError, OSError) as error:
            reason = error.reason if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
            raise WrongSettings([SettingsProblem("settings.env_file", {"reason": reason})]) from error

    @classmethod
    def _examined(cls, usual: dict[str, Any]) -> tuple[Self, list[SettingsProblem]]:
        try:
            settings = cls(**usual)
        except ValidationError as error:
            wrong = {name_of_field(cls, one): problem_of(cls, one) for one in error.errors(include_url=False)}
            settings, missing = cls._examined({name: cls.model_fields[name].default for name in wrong})
            said = set(wrong) | {name.removeprefix("given_") for name in wrong}
            # With a secret that is wrong, HTTP is what was meant.
            said |= {"slack_app_token"} if "slack_signing_secret" in wrong else set()
            return settings, [*wrong.values(), *(problem for problem in missing if problem.setting not in said)]
        return settings, settings.missing()

    def secrets(self) -> list[str]:
        """The values that nobody may read in a log."""
        values_of_fields = (getattr(self, name) for name in type(self).model_fields)
        return [
            secret
            for value in values_of_fields
            if isinstance(value, SecretStr) and (secret := value.get_secret_value())
        ]

    def missing(self) -> list[SettingsProblem]:
        """What must be set, given what is set."""
        problems = []
        if not self.slack_bot_token.get_secret_value():
            problems.append(SettingsProblem("settings.no_bot_token", setting="slack_bot_token"))
        if self.transport == "socket" and not self.slack_app_token.get_secret_value():
            problems.append(SettingsProblem("settings.no_transport", setting="slack_app_token"))
        if self.transport == "http" and not self.slack_signing_secret.get_secret_value():
            problems.append(SettingsProblem("settings.no_signing_secret", setting="slack_signing_secret"))
        return [*problems, *self.missing_of_providers()]

    @property
    def transport(self) -> Literal["socket", "http"]:
        """Socket Mode when there is an app token, unless HTTP is asked for; else HTTP with a signing secret."""
        if self.requested_transport:
            return self.requested_transport
        has_only_secret = self.slack_signing_secret.get_secret_value() and not self.slack_app_token.get_secret_value()
        return "http" if has_only_secret else "socket"

    @property
    def policy(self) -> Policy:
        """Who may start what without asking."""
        does_everybody_start = self.starters == (values.EVERYONE,)
        starters = () if does_everybody_start else self.starters
        return Policy(starters, does_everybody_start, self.job_cap_usd, self.month_cap_usd)

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

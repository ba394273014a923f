"""Which providers an operator sets up: one that is offered first, and any number beside it."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot import setting_values as values
from bot.wrong_settings import SettingsProblem
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import PROFILES

ProviderName: TypeAlias = Literal["trainer", "openai", "azure", "nebius", "unsloth", "custom"]
"""The names of `tuning.providers.profiles`."""

NO_SECRET = SecretStr("")


@dataclass(frozen=True, slots=True)
class ConfiguredProvider:
    """One provider with all that is needed to speak to it."""

    name: str
    url: str
    key: str = field(repr=False)
    """Empty where it asks for none."""
    url_variable: str
    key_variable: str
    """What an operator sets to change the two."""
    prefix: str
    """What the fields of its settings begin with: `provider` for the first, its name for the others."""


def gateway_of(provider: ConfiguredProvider) -> Gateway:
    """The way to a provider that is set up."""
    return Gateway(PROFILES[provider.name], base_url=provider.url, key=provider.key)


_Url: TypeAlias = Annotated[str, AfterValidator(values.http_url)]


def _url_of(provider: str) -> Any:  # noqa: ANN401 - what pydantic's own Field returns.
    return Field(default="", validation_alias=f"TUNESMITH_{provider.upper()}_URL")


def _key_of(provider: str) -> Any:  # noqa: ANN401 - what pydantic's own Field returns.
    names = filter(None, (f"TUNESMITH_{provider.upper()}_KEY", PROFILES[provider].key_variable))
    return Field(default=NO_SECRET, validation_alias=AliasChoices(*names))


class ProviderSettings(BaseSettings):
    """The part of the settings that is about providers.

    `TUNESMITH_PROVIDER` names the first, whose address and key are also read from `TUNESMITH_PROVIDER_URL` and
    `TUNESMITH_PROVIDER_KEY`; each further one has `TUNESMITH_<NAME>_URL` and `TUNESMITH_<NAME>_KEY`.
    """

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Code sets a field by its name, an operator by its variable alone.

        By their names, fields would be set by `LANGUAGE`, `PORT`, `DATA` or `API_KEY`, which mean other things.
        """
        del settings_cls, file_secret_settings
        for source in (env_settings, dotenv_settings):
            source.config = SettingsConfigDict(**{**source.config, "populate_by_name": False})
        return init_settings, env_settings, dotenv_settings

    provider: ProviderName = Field(default="trainer", validation_alias="TUNESMITH_PROVIDER")
    further_providers: Annotated[tuple[ProviderName, ...], NoDecode, BeforeValidator(values.words)] = Field(
        default=(), validation_alias="TUNESMITH_FURTHER_PROVIDERS"
    )
    given_provider_url: _Url = Field(default="", validation_alias="TUNESMITH_PROVIDER_URL")
    given_provider_key: SecretStr = Field(default=NO_SECRET, validation_alias="TUNESMITH_PROVIDER_KEY")
    trainer_url: _Url = _url_of("trainer")
    trainer_key: SecretStr = _key_of("trainer")
    openai_url: _Url = _url_of("openai")
    openai_key: SecretStr = _key_of("openai")
    azure_url: _Url = _url_of("azure")
    azure_key: SecretStr = _key_of("azure")
    nebius_url: _Url = _url_of("nebius")
    nebius_key: SecretStr = _key_of("nebius")
    unsloth_url: _Url = _url_of("unsloth")
    unsloth_key: SecretStr = _key_of("unsloth")
    custom_url: _Url = _url_of("custom")
    custom_key: SecretStr = _key_of("custom")

    def missing_of_providers(self) -> list[SettingsProblem]:
        """What must be set for each provider that is named."""
        problems = []
        for one in self.providers:
            named = {"provider": one.name, "url_variable": one.url_variable, "key_variable": one.key_variable}
            if not one.url:
                problems.append(SettingsProblem("settings.no_provider_url", named, setting=f"{one.prefix}_url"))
            if PROFILES[one.name].needs_key and not one.key:
                problems.append(SettingsProblem("settings.no_provider_key", named, setting=f"{one.prefix}_key"))
        return problems

    @property
    def providers(self) -> tuple[ConfiguredProvider, ...]:
        """Every provider that is set up, the one that is offered first at the beginning."""
        further = dict.fromkeys(name for name in self.further_providers if name != self.provider)
        return (self._configured(self.provider, is_first=True), *map(self._configured, further))

    def _configured(self, name: str, *, is_first: bool = False) -> ConfiguredProvider:
        own_url, own_key = getattr(self, f"{name}_url"), getattr(self, f"{name}_key").get_secret_value()
        given_url, given_key = self.given_provider_url, self.given_provider_key.get_secret_value()
        variable = f"TUNESMITH_{'PROVIDER' if is_first else name.upper()}"
        return ConfiguredProvider(
            name=name,
            url=(given_url if is_first else "") or own_url or PROFILES[name].base_url,
            key=(given_key if is_first else "") or own_key,
            url_variable=f"{variable}_URL",
            key_variable=" / ".join(filter(None, (f"{variable}_KEY", PROFILES[name].key_variable))),
            prefix="provider" if is_first else name,
        )

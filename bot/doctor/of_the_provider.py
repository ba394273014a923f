"""Whether the provider answers, and takes our key."""

from datetime import UTC, datetime
from typing import Final

from bot.doctor.signs import Sign, good, of_error
from bot.provider_settings import ConfiguredProvider
from tuning.errors import ProviderError
from tuning.providers.connection import Patience
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import PROFILES

_CALL_SECONDS: Final = 10


async def sign_of_the_provider(provider: ConfiguredProvider) -> Sign:
    """Ask for what can be trained there, which costs nothing."""
    patience = Patience(connect_seconds=_CALL_SECONDS, call_seconds=_CALL_SECONDS)
    gateway = Gateway(PROFILES[provider.name], base_url=provider.url, key=provider.key, patience=patience)
    try:
        models = await gateway.trainable_models(datetime.now(UTC).date())
    except ProviderError as error:
        return of_error("provider", error)
    finally:
        await gateway.close()
    return good("provider", provider=gateway.title, url=gateway.base_url, n=len(models))

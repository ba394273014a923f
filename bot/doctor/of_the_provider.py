"""Whether the provider answers, and takes our key."""

from datetime import UTC, datetime
from typing import Final

from bot.doctor.signs import Sign, good, of_error
from bot.settings import Settings
from tuning.errors import ProviderError
from tuning.providers.gateway import Gateway, Patience
from tuning.providers.profiles import PROFILES

_CALL_SECONDS: Final = 10


async def sign_of_the_provider(settings: Settings) -> Sign:
    """Ask for what can be trained there, which costs nothing."""
    profile = PROFILES[settings.provider]
    patience = Patience(connect_seconds=_CALL_SECONDS, call_seconds=_CALL_SECONDS)
    gateway = Gateway(profile, base_url=settings.provider_url, key=settings.provider_key, patience=patience)
    try:
        models = await gateway.trainable_models(datetime.now(UTC).date())
    except ProviderError as error:
        return of_error("provider", error)
    finally:
        await gateway.close()
    return good("provider", provider=gateway.title, url=gateway.base_url, n=len(models))

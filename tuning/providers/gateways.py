"""The providers that this installation is set up for, by name."""

from collections.abc import Iterator, Mapping, Sequence

from tuning.errors import ProviderNotConfigured
from tuning.providers.gateway import Gateway


class Gateways:
    """One gateway a provider; the first is the one offered when a person starts a job."""

    def __init__(self, gateways: Sequence[Gateway]) -> None:
        self._by_name = {gateway.profile.name: gateway for gateway in gateways}

    def __iter__(self) -> Iterator[Gateway]:
        return iter(self._by_name.values())

    def of(self, provider: str) -> Gateway:
        """The gateway to `provider`.

        Raises:
            ProviderNotConfigured: there is none, for example since the settings have changed.
        """
        if provider not in self._by_name:
            raise ProviderNotConfigured(provider)
        return self._by_name[provider]

    @property
    def first(self) -> str:
        """The name of the provider that is offered first."""
        return next(iter(self._by_name))

    @property
    def titles(self) -> Mapping[str, str]:
        """Every provider that is set up, and its name in sentences."""
        return {name: gateway.title for name, gateway in self._by_name.items()}

    async def close(self) -> None:
        """Let go of every connection."""
        for gateway in self:
            await gateway.close()

"""A provider is away, refuses, or answers what nobody understands."""

from tuning.errors.user_facing import UserFacingError


class ProviderError(UserFacingError):
    """The provider, as it is called in sentences, did not do what it was asked."""

    def __init__(self, code: str, provider: str, **parameters: str | int) -> None:
        super().__init__(code, provider=provider, **parameters)
        self.provider = provider


class ProviderUnavailable(ProviderError):
    """No answer, or a fault on the provider's side: whether it did what was asked is unknown.

    Args:
        retry_after_seconds: how long the provider asked us to wait; None where it didn't say.
    """

    def __init__(
        self, provider: str, retry_after_seconds: float | None = None, *, code: str = "provider_unavailable"
    ) -> None:
        super().__init__(code, provider)
        self.retry_after_seconds = retry_after_seconds


class ProviderBusy(ProviderUnavailable):
    """Too many requests (429): the provider certainly did nothing, and will later."""

    def __init__(self, provider: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(provider, retry_after_seconds, code="provider_busy")


class ProviderRefused(ProviderError):
    """The provider understood and said no.

    Args:
        refusal: the provider's own code, such as `invalid_training_file`; may be empty.
        param: the field it objects to; may be empty.
        message: its own sentence, in English.
    """

    def __init__(
        self, provider: str, *, refusal: str, param: str, message: str, code: str = "provider_refused"
    ) -> None:
        super().__init__(code, provider, message=message)
        self.refusal = refusal
        self.param = param
        self.message = message


class ProviderMissing(ProviderRefused):
    """The provider doesn't know what we named (404), or doesn't offer the call (405, 501)."""

    def __init__(self, provider: str, *, refusal: str, param: str, message: str) -> None:
        super().__init__(provider, refusal=refusal, param=param, message=message, code="provider_missing")


class ProviderAuthentication(ProviderError):
    """The provider does not accept the key (401), or the key may not do this (403).

    Args:
        is_forbidden: whether the key as such was accepted.
    """

    def __init__(self, provider: str, *, is_forbidden: bool = False) -> None:
        super().__init__("provider_authentication", provider)
        self.is_forbidden = is_forbidden


class TrainingNotAvailable(ProviderError):
    """The provider no longer lets this organisation train (403 `training_not_available`)."""

    def __init__(self, provider: str) -> None:
        super().__init__("training_not_available", provider)


class ProviderConfused(ProviderError):
    """What answered does not speak the protocol: HTML, or JSON of another shape."""

    def __init__(self, provider: str, seen: str) -> None:
        super().__init__("provider_confused", provider, seen=seen)


class ProviderNotConfigured(ProviderError):
    """No provider of that name is set up here."""

    def __init__(self, provider: str) -> None:
        super().__init__("provider_not_configured", provider)

"""The one place where a fault of the OpenAI client becomes an error of ours."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import openai

from tuning.errors import (
    ProviderAuthentication,
    ProviderBusy,
    ProviderConfused,
    ProviderError,
    ProviderMissing,
    ProviderRefused,
    ProviderUnavailable,
    TrainingNotAvailable,
)

_BAD_REQUEST: Final = 400
_UNAUTHORISED: Final = 401
_FORBIDDEN: Final = 403
_TIMEOUT: Final = 408
_CONFLICT: Final = 409
_TOO_MANY: Final = 429
_FAULT: Final = 500
_ABSENT: Final = {404, 405, 501}
_MESSAGE_CHARACTERS: Final = 500


@asynccontextmanager
async def translated(provider: str) -> AsyncIterator[None]:
    """Around every call to `provider`, named as in sentences.

    Raises:
        ProviderError: instead of what the client raises; its kind says whether the provider may have acted.
    """
    try:
        yield
    except openai.APIStatusError as error:
        raise _refusal(provider, error) from error
    except (openai.APIConnectionError, TimeoutError) as error:
        raise ProviderUnavailable(provider) from error
    except openai.APIError as error:  # An error in the middle of a stream.
        raise ProviderRefused(provider, refusal=error.code or "", param="", message=error.message) from error
    except ValueError as error:  # The client found something other than JSON in a stream.
        raise ProviderConfused(provider, "a stream that is not JSON") from error


def _refusal(provider: str, error: openai.APIStatusError) -> ProviderError:
    status, code = error.status_code, error.code or ""
    if code == "training_not_available":
        return TrainingNotAvailable(provider)
    if status in {_UNAUTHORISED, _FORBIDDEN}:
        return ProviderAuthentication(provider, is_forbidden=status == _FORBIDDEN)
    if status < _BAD_REQUEST:
        return ProviderConfused(provider, f"a redirect ({status}), which is not followed")
    refused = ProviderMissing if status in _ABSENT else ProviderRefused
    if status == _TOO_MANY and code != "insufficient_quota":
        return ProviderBusy(provider, _retry_after_seconds(error.response.headers))
    if status in {_TIMEOUT, _CONFLICT} or (status >= _FAULT and status not in _ABSENT):
        return ProviderUnavailable(provider, _retry_after_seconds(error.response.headers))
    return refused(provider, refusal=code, param=error.param or "", message=_message(error))


def _message(error: openai.APIStatusError) -> str:
    """The provider's own words; FastAPI servers put them under `detail`, where the client doesn't look."""
    body = error.body if isinstance(error.body, Mapping) else {}
    said = body.get("message") or body.get("detail") or error.message
    return str(said)[:_MESSAGE_CHARACTERS]


def _retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """How long to wait, from `retry-after-ms` or `retry-after` in seconds; a date in it is not understood."""
    for name, per_second in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(float(headers.get(name, "")) / per_second, 0)
        except ValueError:
            continue
    return None

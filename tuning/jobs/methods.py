"""The training methods that can be chosen: what the host and the model can do, of what is built here end to end. Pure."""

from typing import Final

from tuning import known_models
from tuning.providers.profiles import PROFILES

BUILT: Final = ("supervised", "dpo")
"""From the check of a file over its price to the comparison; which of them a file needs is decided by its rows."""


def methods_of(provider: str, base_model: str) -> tuple[str, ...]:
    """What a base model, or one tuned from it, can be trained by; a model that nobody knows by what its host can do."""
    profile = PROFILES.get(provider)
    known = known_models.find(provider, base_model)
    of_host = profile.methods if profile else ()
    of_model = known.methods if known else of_host
    return tuple(method for method in BUILT if method in of_host and method in of_model)

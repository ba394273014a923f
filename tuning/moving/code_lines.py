"""The two lines that change in a team's own code once a model has moved: where it is asked, and by which name. Pure."""

from storage.rows import Model
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import OPENAI, Profile


def changed_lines(old: Model, old_gateway: Gateway | None, new: Model, new_gateway: Gateway) -> str:
    """Both lines of Python as they were and as they are, each after `-` or `+`; a key is never in them.

    Args:
        old_gateway: None where the old provider is gone from the settings.
    """
    before = "client = OpenAI()"
    if old_gateway is not None and old_gateway.base_url != OPENAI.base_url:
        before = _client(old_gateway.base_url, old_gateway.profile)
    after = _client(new_gateway.base_url, new_gateway.profile)
    return "\n".join((f"- {before}", f"+ {after}", f'- model="{old.asked_as}"', f'+ model="{new.asked_as}"'))


def _client(base_url: str, profile: Profile) -> str:
    key = f'os.environ["{profile.key_variable}"]' if profile.key_variable else '"none"'
    return f'client = OpenAI(base_url="{base_url}", api_key={key})'

"""Who may change what: the one place where authority over jobs, models and datasets is decided."""

from dataclasses import dataclass

from tuning.errors import Action, NotAllowed


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks, as the workspace itself knows them; never what a button carries."""

    user_id: str
    is_admin: bool = False
    """An administrator of the workspace, or named as one in the settings."""
    is_guest: bool = False


def may_change(actor: Actor, owner_id: str) -> bool:
    """Whether `actor` may cancel or delete what `owner_id` made."""
    return actor.is_admin or actor.user_id == owner_id


def require_change(actor: Actor, owner_id: str, action: Action) -> None:
    """Let the owner and administrators pass.

    Raises:
        NotAllowed: for everybody else.
    """
    if not may_change(actor, owner_id):
        raise NotAllowed(action, owner_id)

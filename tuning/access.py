"""Who may see and change what: the one place where authority over jobs, models and datasets is decided."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from storage.rows import Place, Tenant
from tuning.errors import Action, AdminsOnly, NotAllowed, NotAMember, NotBeforeOthers


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks, as the workspace itself knows them; never what a button carries."""

    user_id: str
    is_admin: bool = False
    """An administrator of the workspace, or named as one in the settings."""
    is_guest: bool = False
    """No full member: a guest, somebody of another company, or somebody Slack doesn't tell us about."""


class Owned(Protocol):
    """A dataset, a job or a model: somebody's, and at home in a place."""

    @property
    def owner_id(self) -> str: ...

    @property
    def place(self) -> Place: ...


Thing = TypeVar("Thing", bound=Owned)


async def _nobody(channel_id: str, user_id: str) -> bool:  # noqa: ARG001
    return False


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks to see things, and from where.

    What lives in a public channel is for every full member. What lives in a private channel or a direct message
    is for whoever asks from there, where Slack lets only its members speak; and for its owner, the channel's members
    and administrators wherever they ask, unless others read the answer too.
    """

    tenant: Tenant
    actor: Actor
    channel_id: str
    """Where it is asked; empty on the App Home."""
    is_public: Callable[[str], Awaitable[bool]]
    """Whether a channel of this id is open to every member; False where that isn't known."""
    is_alone: bool = True
    """Whether only this person reads the answer; False for an answer that is posted in a channel."""
    has_member: Callable[[str, str], Awaitable[bool]] = _nobody
    """Whether a channel of this id has a member of that id; False where that isn't known."""

    async def may_see(self, thing: Owned) -> bool:
        """Whether `thing` may be shown here.

        Raises:
            NotAMember: nothing may be shown to this person.
        """
        require_member(self.actor)
        if thing.place.channel_id == self.channel_id:
            return True
        if self.is_alone and may_change(self.actor, thing.owner_id):
            return True
        if await self.is_public(thing.place.channel_id):
            return True
        return self.is_alone and await self.has_member(thing.place.channel_id, self.actor.user_id)

    async def visible(self, things: Iterable[Thing]) -> list[Thing]:
        """Those of the things that may be shown here, in their order.

        Raises:
            NotAMember: nothing may be shown to this person.
        """
        require_member(self.actor)
        return [thing for thing in things if await self.may_see(thing)]


def require_member(actor: Actor) -> None:
    """Let the full members of the workspace pass.

    Raises:
        NotAMember: for guests and people of other companies.
    """
    if actor.is_guest:
        raise NotAMember


def require_admin(actor: Actor, code: str = "admins_only") -> None:
    """Let administrators pass.

    Args:
        code: names the sentence for everybody else.

    Raises:
        AdminsOnly: for everybody else.
    """
    if not actor.is_admin:
        raise AdminsOnly(code)


def require_alone(viewer: Viewer) -> None:
    """Let those pass who are the only ones to read the answer.

    Raises:
        NotBeforeOthers: for what an administrator alone may read.
    """
    if not viewer.is_alone:
        raise NotBeforeOthers


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

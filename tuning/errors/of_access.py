"""Somebody asks for what is not theirs to see, to change or to decide."""

from typing import Literal, TypeAlias

from tuning.errors.user_facing import UserFacingError

Action: TypeAlias = Literal["cancel", "delete", "mark", "move", "pause", "revise"]
"""What only an owner or an administrator may do."""


class NotAllowed(UserFacingError):
    """The action belongs to the owner or an administrator."""

    def __init__(self, action: Action, owner_id: str) -> None:
        super().__init__(f"not_allowed_{action}", owner_id=owner_id)
        self.action = action
        self.owner_id = owner_id


class NotAMember(UserFacingError):
    """Guests and people of other companies get nothing from us, for what we keep belongs to the team."""

    def __init__(self) -> None:
        super().__init__("not_a_member")


class AdminsOnly(UserFacingError):
    """What a provider account holds is for administrators: it may be other teams' and other programs'.

    Args:
        code: names the sentence.
    """

    def __init__(self, code: str = "admins_only") -> None:
        super().__init__(code)


class NotBeforeOthers(UserFacingError):
    """What is asked for is not for everybody who would read the answer here."""

    def __init__(self) -> None:
        super().__init__("not_before_others")


class NotAnApprover(UserFacingError):
    """Whether a job may start is decided by administrators."""

    def __init__(self) -> None:
        super().__init__("not_an_approver")


class OwnApproval(UserFacingError):
    """Nobody approves or declines what they have asked for themselves."""

    def __init__(self) -> None:
        super().__init__("own_approval")


class AlreadyDecided(UserFacingError):
    """The job no longer awaits an approval: it was approved, declined or withdrawn."""

    def __init__(self, name: str) -> None:
        super().__init__("already_decided", name=name)


class AuditClosed(UserFacingError):
    """The decisions of a team are for its administrators alone, where nobody else reads them."""

    def __init__(self) -> None:
        super().__init__("audit_closed")

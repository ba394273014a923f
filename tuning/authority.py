"""Who may spend money, how much, and what needs somebody else's word: the policy alone, decided by values. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tuning.access import Actor
from tuning.errors import NotAnApprover, OwnApproval


class Reason(StrEnum):
    """Why a start needs an approval."""

    NOT_A_STARTER = "not_a_starter"
    """Paid jobs are started by administrators and those whom the settings name."""
    PRICE_UNKNOWN = "price_unknown"
    """What nobody can price counts as paid, and as over any cap."""
    OVER_JOB_CAP = "over_job_cap"
    OVER_MONTH_CAP = "over_month_cap"


@dataclass(frozen=True, slots=True)
class Hurdle:
    """What stands between a start and its provider until somebody else approves it."""

    reason: Reason
    usd: Decimal | None
    """What the job costs; None where nobody knows."""
    limit_usd: Decimal | None = None
    """The cap it is over; None where it is over none."""
    spent_usd: Decimal | None = None
    """What the month has cost already, where that is what puts it over."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator has set; as it stands here, nothing."""

    starters: Collection[str] = ()
    """User ids that may start paid jobs, beside administrators."""
    does_everybody_start: bool = False
    """Whether every full member may."""
    job_cap_usd: Decimal | None = None
    month_cap_usd: Decimal | None = None

    def hurdle(self, actor: Actor, usd: Decimal | None, spent_usd: Decimal) -> Hurdle | None:
        """What a start needs an approval for; None where it may go ahead. Free jobs are open to every full member.

        Args:
            usd: what the job is estimated to cost; None where nobody knows.
            spent_usd: what the month has cost so far, without this job.
        """
        if usd == 0:
            return None
        if not self._may_start(actor):
            return Hurdle(Reason.NOT_A_STARTER, usd)
        if usd is None:
            limit_usd = self.job_cap_usd if self.job_cap_usd is not None else self.month_cap_usd
            return None if limit_usd is None else Hurdle(Reason.PRICE_UNKNOWN, None, limit_usd)
        if self.job_cap_usd is not None and usd > self.job_cap_usd:
            return Hurdle(Reason.OVER_JOB_CAP, usd, self.job_cap_usd)
        if self.month_cap_usd is not None and spent_usd + usd > self.month_cap_usd:
            return Hurdle(Reason.OVER_MONTH_CAP, usd, self.month_cap_usd, spent_usd)
        return None

    def _may_start(self, actor: Actor) -> bool:
        return actor.is_admin or self.does_everybody_start or actor.user_id in self.starters


def require_approver(actor: Actor, owner_id: str) -> None:
    """Let administrators pass, except over what they have asked for themselves.

    Raises:
        NotAnApprover: this person is no administrator.
        OwnApproval: nobody decides on their own job.
    """
    if not actor.is_admin:
        raise NotAnApprover
    if actor.user_id == owner_id:
        raise OwnApproval

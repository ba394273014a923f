"""The policy on who may spend, and what the month has cost."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from storage.rows import Job, JobRequest, JobStatus, Place, Tenant
from tuning.access import Actor
from tuning.authority import Hurdle, Policy, Reason, require_approver
from tuning.errors import NotAnApprover, OwnApproval
from tuning.jobs.spend import month_of, spent_usd

ADA, BO = Actor("U1", is_admin=True), Actor("U2")
CAPPED = Policy(does_everybody_start=True, job_cap_usd=Decimal(20), month_cap_usd=Decimal(100))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "actor", "usd", "spent", "reason"),
    [
        pytest.param(Policy(), BO, 0, 0, None, id="free is open to all"),
        pytest.param(Policy(), BO, 1, 0, Reason.NOT_A_STARTER, id="until set, paid is not"),
        pytest.param(Policy(), BO, None, 0, Reason.NOT_A_STARTER, id="an unknown price counts as paid"),
        pytest.param(Policy(), ADA, 1000, 0, None, id="until set, admins have no cap"),
        pytest.param(Policy(), ADA, None, 0, None, id="nor for what nobody can price"),
        pytest.param(Policy(["U2"]), BO, 1000, 0, None, id="who is named may start"),
        pytest.param(Policy(["U3"]), BO, 1, 0, Reason.NOT_A_STARTER, id="and nobody else"),
        pytest.param(CAPPED, BO, 20, 80, None, id="up to both caps"),
        pytest.param(CAPPED, BO, 21, 0, Reason.OVER_JOB_CAP, id="over the cap of a job"),
        pytest.param(CAPPED, BO, 20, 81, Reason.OVER_MONTH_CAP, id="over the cap of the month"),
        pytest.param(CAPPED, ADA, 21, 0, Reason.OVER_JOB_CAP, id="admins as well"),
        pytest.param(CAPPED, ADA, None, 0, Reason.PRICE_UNKNOWN, id="unknown is over any cap"),
        pytest.param(Policy(["U2"], month_cap_usd=Decimal(9)), BO, None, 0, Reason.PRICE_UNKNOWN, id="whichever"),
        pytest.param(replace(CAPPED, job_cap_usd=Decimal(0)), BO, 1, 0, Reason.OVER_JOB_CAP, id="a cap of nothing"),
    ],
)
def test_what_a_start_needs_an_approval_for(policy, actor, usd, spent, reason):
    hurdle = policy.hurdle(actor, None if usd is None else Decimal(usd), Decimal(spent))

    assert (hurdle.reason if hurdle else None) == reason


def test_a_hurdle_names_the_limit_and_what_was_spent():
    assert CAPPED.hurdle(BO, Decimal(15), Decimal(90)) == Hurdle(
        Reason.OVER_MONTH_CAP, Decimal(15), Decimal(100), Decimal(90)
    )


@pytest.mark.parametrize(
    ("actor", "error"), [(BO, NotAnApprover), (Actor("U3", is_admin=True), None), (ADA, OwnApproval)]
)
def test_admins_decide_and_nobody_on_their_own(actor, error):
    if error is None:
        require_approver(actor, ADA.user_id)
    else:
        with pytest.raises(error):
            require_approver(actor, ADA.user_id)


def job(status, **fields):
    request = JobRequest("openai", "gpt-4.1-mini", "v1")
    whole = {"estimated_usd": Decimal(10), "estimated_tokens": 1000} | fields
    return Job("job_1", Tenant("T1"), "marv", "U1", Place("C1"), request, NOW, status=status, **whole)


@pytest.mark.parametrize(
    ("one", "usd"),
    [
        pytest.param(job(JobStatus.RUNNING), 10, id="running: its estimate"),
        pytest.param(job(JobStatus.STARTING), 10, id="starting: the same"),
        pytest.param(job(JobStatus.AWAITING_APPROVAL), 0, id="awaiting an approval"),
        pytest.param(job(JobStatus.SUCCEEDED, trained_tokens=900), 9, id="ended: its bill"),
        pytest.param(job(JobStatus.SUCCEEDED), 10, id="ended without a bill"),
        pytest.param(job(JobStatus.CANCELLED, trained_tokens=0), 0, id="cancelled, and billed nothing"),
        pytest.param(job(JobStatus.CANCELLED, started_at=NOW), 10, id="cancelled in training without a bill"),
        pytest.param(job(JobStatus.FAILED), 0, id="failed before it began"),
        pytest.param(job(JobStatus.RUNNING, estimated_usd=None), 0, id="of an unknown price"),
    ],
)
def test_what_a_job_adds_to_the_month(one, usd):
    assert spent_usd([one, job(JobStatus.SUCCEEDED, trained_tokens=100)]) == usd + 1


def test_a_month_begins_on_its_first_day():
    assert month_of(NOW) == datetime(2026, 11, 1, tzinfo=UTC)

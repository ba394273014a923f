"""Checking what was asked for, before anything is uploaded or paid."""

from tuning.datasets.findings import Finding
from tuning.datasets.report import Report
from tuning.datasets.rules import cost, fit, request_file, request_numbers, request_state, sides
from tuning.datasets.rules import request as request_rules
from tuning.datasets.rules.request import Requested

_REQUEST_RULES = (*request_rules.RULES, *request_file.RULES, *request_numbers.RULES, *request_state.RULES)
_PAIR_RULES = (sides.other_format, sides.same_file)
"""For a validation file that was chosen by hand; how many rows it has is judged with the request."""
_COST_RULES = (cost.over_budget, cost.many_auto_epochs, cost.price_unknown, cost.model_ends)


def check_request(requested: Requested, report: Report) -> tuple[Finding, ...]:
    """Everything that is wrong with a request for a job on the file of `report`; severity E blocks it."""
    job, provider, held_out = requested.job, requested.provider, requested.held_out
    asked = [finding for rule in _REQUEST_RULES for finding in rule.findings(requested)]
    suited = fit.Fit(requested.format, provider.id, job.base_model, job.method)
    paid = cost.Cost(
        provider,
        job.base_model,
        job.n_epochs,
        requested.today,
        requested.examples,
        report.tokens,
        requested.budget,
        job.method,
        is_end_told=any(finding.code == "H001" for finding in asked),
    )
    return (
        *asked,
        *(finding for rule in _PAIR_RULES if held_out for finding in rule.findings(held_out)),
        *(finding for rule in fit.RULES for finding in rule.findings(suited)),
        *(finding for rule in _COST_RULES for finding in rule.findings(paid)),
    )

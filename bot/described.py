"""Reports and estimates as other programs read them: the same objects at the command line and over HTTP."""

from typing import Any

from tuning.datasets.estimates import Estimate
from tuning.datasets.report import Report
from tuning.datasets.wording import Wording


def described_report(file: str, report: Report, wording: Wording) -> dict[str, Any]:
    """What the check has found.

    Args:
        file: as whoever asked called it.
    """
    return {
        "file": file,
        "format": report.format,
        "examples": report.examples,
        "tokens": report.tokens.total,
        "trained_tokens": report.tokens.trained,
        "is_ready": report.is_ready,
        "sha256": report.sha256,
        "counts": {f"{tally.code} {tally.severity}": tally.count for tally in report.tallies},
        "findings": [wording.described(finding) for finding in report.findings],
        "unasked": list(report.unasked),
    }


def described_estimate(file: str, report: Report, found: list[Estimate]) -> dict[str, Any]:
    """What training on a file costs with each model."""
    tokens = report.tokens
    return {
        "file": file,
        "examples": report.examples,
        "tokens": tokens.total,
        "trained_tokens": tokens.trained,
        "billed_tokens": tokens.billed,
        "models": [_described(one) for one in found],
    }


def _described(line: Estimate) -> dict[str, Any]:
    found, price = line.spread, line.offer.price
    return {
        "provider": line.provider,
        "model": line.offer.model,
        "n_epochs": line.offer.n_epochs,
        "is_exact": line.is_exact,
        "low_usd": str(found.low) if found else None,
        "likely_usd": str(found.likely) if found else None,
        "high_usd": str(found.high) if found else None,
        "price_as_of": price.as_of.isoformat() if price else None,
    }

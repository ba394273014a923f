"""What a comparison of old and new has come to: its verdict and its price. Pure.

Kept with the move as JSON: `source`, `total`, `questions` (each `question`, perhaps `expected`, `new`, and `old`, which is
null where the old model was silent), `costs` and `units` by side, and `is_budget_spent` where it ended before its total.
"""

from collections.abc import Mapping
from decimal import Decimal

from storage.rows import JSON
from tuning.evaluation.likeness import likeness
from tuning.evaluation.verdict import Verdict, verdict


def begun(source: str, total: int, units: Mapping[str, str]) -> JSON:
    """A comparison of which nothing was asked yet."""
    return {"source": source, "total": total, "questions": [], "costs": {}, "units": dict(units)}


def cost_of(comparison: JSON, side: str) -> Decimal:
    """What the answers of `old` or `new` have cost, in the unit of their side; nothing where that wasn't kept."""
    return Decimal(comparison.get("costs", {}).get(side, "0"))


def scored(comparison: JSON) -> list[JSON]:
    """Its questions, each with the likeness of both answers to the dataset's where there are all three."""
    return [row | _scores(row) for row in comparison["questions"]]


def judged(comparison: JSON) -> Verdict | None:
    """Which model's answers are more like those of the dataset; None where fewer than two questions say so.

    Only questions count that have an answer in the dataset and that the old model has answered too.
    """
    scores = [row["likeness"] for row in scored(comparison) if "likeness" in row]
    return verdict([one["old"] for one in scores], [one["new"] for one in scores])


def _scores(row: JSON) -> JSON:
    if not row.get("expected") or row["old"] is None:
        return {}
    return {"likeness": {side: round(likeness(row[side], row["expected"]), 4) for side in ("old", "new")}}

"""What a comparison of old and new says, in sentences that Slack and the terminal share. Pure."""

from decimal import Decimal

from storage.rows import JSON
from tuning.evaluation.verdict import MARGIN, Kind, Verdict
from tuning.moving.results import cost_of, judged
from tuning.texts import Language, Texts


def amount(texts: Texts, language: Language, given: Decimal | None, unit: str) -> str:
    """Money or tokens in words."""
    if unit == "usd":
        return texts.usd(language, given or Decimal())
    return texts.say(language, "moves.tokens", n=int(given or 0))


def told_comparison(texts: Texts, language: Language, comparison: JSON) -> list[str]:
    """The verdict with its numbers, and what the answers have cost; each a sentence or two."""
    found = judged(comparison)
    told = [_verdict(texts, language, found)]
    if found is not None:
        told.append(texts.say(language, "moves.verdict.numbers", **_numbers(found)))
    units = dict[str, str](comparison.get("units", {}))
    if units:
        costs = {side: amount(texts, language, cost_of(comparison, side), unit) for side, unit in units.items()}
        told.append(texts.say(language, "moves.verdict.cost", **costs))
    if comparison.get("is_budget_spent"):
        asked = len(comparison["questions"])
        told.append(texts.say(language, "moves.verdict.budget", asked=asked, total=comparison["total"]))
    return told


def _verdict(texts: Texts, language: Language, found: Verdict | None) -> str:
    if found is None:
        return texts.say(language, "moves.verdict.none")
    if found.kind is not Kind.CANNOT_TELL:
        return texts.say(language, f"moves.verdict.{found.kind.value}")
    counts = {"n": found.n_questions, "needed": found.needed, "margin": round(100 * MARGIN)}
    return texts.say(language, "moves.verdict.cannot_tell", **counts)


def _numbers(found: Verdict) -> dict[str, str | int]:
    return {
        "n": found.n_questions,
        "old": f"{100 * found.old:.0f}",
        "new": f"{100 * found.new:.0f}",
        "difference": f"{100 * found.difference:+.1f}",
        "low": f"{100 * found.low:+.1f}",
        "high": f"{100 * found.high:+.1f}",
        "p": f"{found.p:.3f}" if found.p >= 0.001 else "<0.001",  # noqa: PLR2004 - as p-values are written.
    }

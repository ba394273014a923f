"""What training on a dataset would cost, model by model: low, likely and high, with the day of the price."""

from collections.abc import Sequence
from typing import Final

from handlers.blocks.kit import Content, context, section, sections
from handlers.language import Voice
from handlers.mrkdwn import quoted_name
from storage.rows import DatasetVersion
from tuning.datasets.estimates import Estimate
from tuning.datasets.report import Report
from tuning.jobs.calibration import Calibration

_MOST_ROWS: Final = 30


def estimate_page(
    voice: Voice, version: DatasetVersion, report: Report, found: Sequence[Estimate], known: Sequence[Calibration] = ()
) -> Content:
    """`known` is what finished jobs have been billed."""
    tokens = report.tokens
    told = voice("estimate.facts", n=report.examples, tokens=tokens.total, trained=tokens.trained)
    lines = [_line(voice, one) for one in found[:_MOST_ROWS]] or [voice("report.no_models")]
    left = len(found) - _MOST_ROWS
    rest = [context(voice("commands.left_off", n=left))] if left > 0 else []
    bills = [context(_bills(voice, one)) for one in known]
    return Content(told, (section(f"{quoted_name(version.file_name)}: {told}"), *sections(lines), *rest, *bills))


def _bills(voice: Voice, one: Calibration) -> str:
    lowest, median, highest = (f"{factor:.2f}" for factor in (one.lowest, one.median, one.highest))
    told = voice("estimate.bills", n=one.n_jobs, provider=one.provider, factor=median)
    return told if lowest == highest else f"{told} {voice('estimate.bills_range', lowest=lowest, highest=highest)}"


def _line(voice: Voice, one: Estimate) -> str:
    """`openai · gpt-…: $1.90 – $2.00 – $2.10 · 3 epochs · price of 2026-10-05`."""
    spread, price, epochs = one.spread, one.offer.price, one.offer.n_epochs
    unknown = voice("estimate.unknown")
    amounts = [voice.usd(amount) for amount in (spread.low, spread.likely, spread.high)] if spread else []
    cost = " – ".join(dict.fromkeys(amounts)) or unknown
    about = "" if one.is_exact or not spread else "≈ "
    passes = voice("report.epochs", n=epochs) if epochs else f"{voice('estimate.epochs')}: {unknown}"
    dated = f" · {voice('estimate.as_of')} {price.as_of.isoformat()}" if price else ""
    return f"• {one.provider} · {quoted_name(one.offer.model)}: {about}*{cost}* · {passes}{dated}"

"""What a dropped file is worth, on one screen: the verdict, the counts, the gravest findings, the price, one next step."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.blocks.advice import PLAN
from handlers.blocks.conversion import convert_button, proposal_lines
from handlers.blocks.findings import finding_line
from handlers.blocks.kit import Block, Content, actions, button, context, section, sections
from handlers.language import Voice
from handlers.mrkdwn import escape, quoted_name
from storage.rows import Dataset, DatasetVersion
from tuning.datasets.convert.conversion import Proposal
from tuning.datasets.fixes.fixing import FIXABLE
from tuning.datasets.intake import Quote
from tuning.datasets.report import Report
from tuning.errors import CannotConvert
from tuning.spoken import is_foreign

MOST_FINDINGS = 5
MOST_PRICES = 6


@dataclass(frozen=True, slots=True)
class Checked:
    """A dataset's version with all that its report shows."""

    dataset: Dataset
    version: DatasetVersion
    report: Report
    quotes: Sequence[Quote]
    proposal: Proposal | None = None
    """How the file would be converted, where it is none that a job can use."""
    obstacle: CannotConvert | None = None
    """Why it can't be converted as it is."""


def being_checked(voice: Voice, file_name: str, percent: int | None = None) -> Content:
    """The first answer to a dropped file, before anything is known about it; later how much of it has been judged."""
    told = voice("report.checking", file=quoted_name(file_name))
    if percent is not None:
        told = voice("report.checked_so_far", file=quoted_name(file_name), percent=percent)
    return Content(told, (section(f"🔎 {told}"),))


def dataset_report(voice: Voice, checked: Checked) -> Content:
    verdict = _verdict(voice, checked)
    blocks: list[Block] = [section(verdict), context(_counts(voice, checked))]
    blocks += sections(_findings(voice, checked.report))
    if checked.proposal is not None:
        blocks += sections(proposal_lines(voice, checked.proposal))
    elif checked.obstacle is not None:
        blocks.append(section(f"→ {_safely(voice, checked.obstacle)}"))
    if checked.report.is_ready:
        blocks += sections(_prices(voice, checked.quotes))
        blocks += [context(f"⚠️ {voice('start.foreign')}")] if _has_foreign(checked) else []
    if checked.report.unasked:
        rules = "; ".join(f"{voice(f'words.unasked.{code}')} ({code})" for code in checked.report.unasked)
        blocks.append(context(voice("check.unasked", rules=rules)))
    return Content(verdict, (*blocks, actions(_buttons(voice, checked))))


def _has_foreign(checked: Checked) -> bool:
    """Whether a model that is offered can't write what the file teaches."""
    return any(is_foreign(quote.provider, quote.model, checked.report) for quote in checked.quotes)


def _safely(voice: Voice, obstacle: CannotConvert) -> str:
    named = {name: escape(value) if isinstance(value, str) else value for name, value in obstacle.parameters.items()}
    return voice(f"errors.{obstacle.code}", **named)


def _verdict(voice: Voice, checked: Checked) -> str:
    file = quoted_name(checked.version.file_name)
    if checked.report.is_ready:
        return f"✅ {voice('report.ready', file=file, name=quoted_name(checked.dataset.name))}"
    return f"❌ {voice('report.not_ready', file=file, n=checked.report.things_to_fix)}"


def _counts(voice: Voice, checked: Checked) -> str:
    report = checked.report
    counts = [
        voice(f"report.format.{report.format.value}"),
        voice("report.examples", n=report.examples),
        _tokens(voice, checked),
        voice.size(report.size_bytes),
    ]
    if report.tokens.is_exact and report.tokens.longest_line is not None:
        counts.append(voice("report.longest", n=report.tokens.longest, line=str(report.tokens.longest_line)))
    return " · ".join(counts)


def _tokens(voice: Voice, checked: Checked) -> str:
    """The whole file's tokens: where our own count is not exact, a provider's own tokenizer may know."""
    counted = checked.report.tokens
    exact = next((quote.tokens for quote in checked.quotes if quote.is_exact), None)
    if counted.is_exact or exact is None:
        return voice("report.tokens" if counted.is_exact else "report.tokens.about", n=counted.total)
    return voice("report.tokens", n=exact)


def _findings(voice: Voice, report: Report) -> list[str]:
    """What asks for an action; what only informs is left to the file of all findings."""
    shown = [finding for finding in report.top_findings(MOST_FINDINGS) if finding.severity != "I"]
    left = report.count("E") + report.count("W") - len(shown)
    lines = [finding_line(voice, finding) for finding in shown]
    return [*lines, voice("report.more_findings", n=left)] if left else lines


def _prices(voice: Voice, quotes: Sequence[Quote]) -> list[str]:
    if not quotes:
        return [voice("report.no_models")]
    lines = [
        voice("report.prices"),
        *(_row(voice, quote) for quote in quotes[:MOST_PRICES]),
    ]
    left = len(quotes) - MOST_PRICES
    return [*lines, voice("report.more_models", n=left)] if left > 0 else lines


def _row(voice: Voice, quote: Quote) -> str:
    return voice("report.price.row", model=quoted_name(quote.model), price=price(voice, quote))


def price(voice: Voice, quote: Quote) -> str:
    """What one training would cost, with what it rests on; never a guess."""
    epochs = voice("report.epochs", n=quote.n_epochs) if quote.n_epochs else voice("report.epochs.auto")
    tokens = voice("report.tokens" if quote.is_exact else "report.tokens.about", n=quote.tokens)
    if quote.usd is None:
        return voice("report.price.unknown", epochs=epochs, tokens=tokens)
    if quote.usd == 0:
        return voice("report.price.free", epochs=epochs, tokens=tokens)
    as_of = f"{quote.price_as_of:%Y-%m-%d}" if quote.price_as_of else "—"
    return voice("report.price", cost=voice.usd(quote.usd), epochs=epochs, tokens=tokens, date=as_of)


def _buttons(voice: Voice, checked: Checked) -> list[Block]:
    """First what leads on: starting, converting or repairing."""
    report, version = checked.report, checked.version
    buttons = []
    if report.is_ready:
        buttons.append(button(voice("report.start"), "jobs.start", checked.dataset.id, style="primary"))
    if checked.proposal is not None:
        buttons.append(convert_button(voice, version.id))
    elif any(tally.code in FIXABLE for tally in report.tallies):
        buttons.append(button(voice("fixes.open"), "datasets.fixes", version.id, style="" if buttons else "primary"))
    if report.is_ready:
        buttons.append(button(voice("advise.open"), PLAN, checked.dataset.id))
        buttons.append(button(voice("tokens.button"), "datasets.tokens", version.id))
    if version.parent_id and not version.is_part:
        buttons.append(button(voice("versions.changed"), "datasets.diff", version.id))
    if report.tallies or not buttons:
        label = voice("report.all_findings.button")
        buttons.append(button(label, "datasets.findings", version.id, style="" if buttons else "primary"))
    return buttons

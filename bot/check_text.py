"""A report as a person reads it in a terminal: the verdict first, then what to do, then what it costs."""

from datetime import date

from rich.console import Console
from rich.text import Text

from tuning.datasets.findings import Severity
from tuning.datasets.provider_facts import ProviderFacts
from tuning.datasets.report import Group, Report
from tuning.datasets.wording import Wording
from tuning.ends import new_jobs_end
from tuning.prices import Offer, offers
from tuning.texts import Language, Texts

_STYLES: dict[Severity, str] = {"E": "bold red", "W": "yellow", "I": "dim"}
_INDENT = " " * 5


class CheckText:
    """Prints reports in one language; without a terminal it prints no colours and breaks no lines."""

    def __init__(self, texts: Texts, language: Language) -> None:
        self._texts = texts
        self._language = language
        self._wording = Wording(texts, language)
        self._console = Console(highlight=False, soft_wrap=not Console().is_terminal)

    def print(self, report: Report, provider: ProviderFacts, today: date, *, is_quick: bool = False) -> None:
        """Print one report, with what the provider would charge, and what a quick check leaves open."""
        self._line(self._verdict(report), "bold green" if report.is_ready else "bold red")
        self._line(self._facts(report))
        for group in report.groups:
            self._print_group(group)
        if is_quick:
            self._console.print()
            self._line(self._say("check.quick"), "dim")
        if report.unasked:
            self._console.print()
            asked = "; ".join(f"{self._say(f'words.unasked.{code}')} ({code})" for code in report.unasked)
            self._line(self._say("check.unasked", rules=asked), "dim")
        if report.is_ready:
            self._console.print()
            for offer in offers(provider.id, report.tokens.billed, report.examples, today, method=report.format.method):
                self._line(self._offered(offer))
            if last := new_jobs_end(provider.id, today):
                self._line(self._say("check.closing", provider=provider.name, date=last.isoformat()), "yellow")
            self._line(self._say("check.elsewhere"), "dim")
        self._console.print()

    def _verdict(self, report: Report) -> str:
        if report.is_ready:
            return self._say("check.ready", file=report.file_name)
        return self._say("check.not_ready", file=report.file_name, n=report.things_to_fix)

    def _facts(self, report: Report) -> str:
        about = "" if report.tokens.is_exact else "≈ "
        return self._say(
            "check.facts",
            examples=report.examples,
            format=self._say(f"check.format.{report.format}"),
            size=self._texts.size(self._language, report.size_bytes),
            tokens=f"{about}{report.tokens.total:,}",
            trained=f"{about}{report.tokens.trained:,}",
        )

    def _print_group(self, group: Group) -> None:
        self._console.print()
        for finding in group.shown:
            style = _STYLES[finding.severity]
            self._console.print(Text.assemble((f"{finding.code} ", style), self._wording.message(finding)))
            if finding.severity != "I":
                self._detail(self._wording.fix(finding))
            if seen := self._wording.seen(finding):
                self._detail(seen)
        if hidden := group.tally.count - len(group.shown):
            self._detail(self._say("check.more", n=hidden, code=group.tally.code))

    def _offered(self, offer: Offer) -> str:
        if offer.usd is None or offer.price is None:
            return self._say("check.no_price", model=offer.model)
        cost = self._texts.usd(self._language, offer.usd)
        epochs, as_of = offer.n_epochs or 0, offer.price.as_of.isoformat()
        return self._say("check.price", model=offer.model, cost=cost, n=epochs, date=as_of)

    def _detail(self, sentence: str) -> None:
        self._line(f"{_INDENT}{sentence}", "dim")

    def _line(self, sentence: str, style: str = "") -> None:
        self._console.print(Text(sentence, style=style))

    def _say(self, key: str, **parameters: str | int) -> str:
        return self._texts.say(self._language, key, **parameters)

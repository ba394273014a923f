"""What training on a dataset would cost, with every known model of some providers."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tuning.datasets.report import Report
from tuning.prices import Offer, Spread, offers, spread
from tuning.tokens.encodings import encoding_for


class Estimate(NamedTuple):
    """One model at one provider."""

    provider: str
    offer: Offer
    is_exact: bool
    """Whether its tokens are counted with its own tokenizer."""

    @property
    def spread(self) -> Spread | None:
        """None where the price or the epochs are not known: a price is never guessed."""
        return None if self.offer.usd is None else spread(self.offer.usd, is_exact=self.is_exact)


def estimates(report: Report, providers: Iterable[str], today: date, n_epochs: int | None = None) -> list[Estimate]:
    """One estimate for each model that takes jobs on `today`, provider by provider.

    Args:
        n_epochs: None for what `auto` would be.
    """
    tokens = report.tokens
    return [
        Estimate(provider, offer, tokens.is_exact and encoding_for(offer.model) == tokens.encoding)
        for provider in providers
        for offer in offers(provider, tokens.billed, report.examples, today, n_epochs, report.format.method)
    ]

"""Prices as Slack shows them."""

from datetime import date

import pytest

from handlers.blocks.estimate import estimate_page
from handlers.language import Voice
from tests.handlers.blocks.test_dataset_report import READY, checked
from tuning.datasets.estimates import estimates
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.texts import LANGUAGES, Texts
from workspace.blocks.check import check_message_blocks


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_provider_at_once_fits_and_what_is_unknown_is_said(language):
    voice, known = Voice(Texts.load(), language), checked(READY)
    found = estimates(known.report, PROVIDER_FACTS, date(2026, 11, 22))
    page = estimate_page(voice, known.version, known.report, found)

    check_message_blocks(page.payload()["blocks"])
    assert voice("estimate.unknown") in str(page)
    assert "2026-10-05" in str(page)


def test_the_spread_is_wide_where_tokens_are_counted_with_another_tokenizer():
    found = estimates(checked(READY * 50).report, ["openai", "azure", "nebius"], date(2026, 11, 22), n_epochs=3)
    widths = {one.is_exact: one.spread.high / one.spread.low for one in found if one.spread and one.spread.low}
    assert {is_exact: round(float(width), 2) for is_exact, width in widths.items()} == {True: 1.11, False: 1.67}

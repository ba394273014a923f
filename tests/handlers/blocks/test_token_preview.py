"""Lengths and learned tokens, as Slack shows them."""

import json

import pytest

from handlers.blocks.kit import Content
from handlers.blocks.loss_chart import without_charts
from handlers.blocks.token_preview import histogram_chart, token_page
from handlers.language import Voice
from storage.rows import DatasetFormat
from tests.handlers.blocks.samples import LONG
from tests.handlers.blocks.test_dataset_report import checked
from tuning.datasets.measures import Bin
from tuning.datasets.token_preview import previews
from tuning.texts import LANGUAGES, Texts
from workspace.blocks.check import check_message_blocks


@pytest.fixture(name="voice", params=LANGUAGES)
def _voice(request):
    return Voice(Texts.load(), request.param)


def content(rows: int) -> bytes:
    messages = [{"role": "system", "content": LONG}, {"role": "user", "content": "Hi?"}]
    answers = [{"role": "assistant", "content": "No.", "weight": 0}, {"role": "user", "content": "Hm?"}]
    last = {"role": "assistant", "content": "Yes, it is <!here>."}
    return b"".join(json.dumps({"messages": [*messages, *answers, last], "n": n}).encode() + b"\n" for n in range(rows))


def test_three_rows_show_what_is_learned_and_slack_takes_it(voice):
    known = checked(content(12))
    shown = previews([content(12)], DatasetFormat.CHAT, 12, "o200k_base")
    page = token_page(voice, known.version, known.report, shown)

    check_message_blocks(page.payload()["blocks"])
    check_message_blocks(without_charts(page).payload()["blocks"])
    assert [row.line for row in shown] == [3, 7, 11]
    assert [piece.is_learned for piece in shown[0].pieces] == [False, False, False, False, True]
    assert shown[0].learned_tokens == shown[0].pieces[-1].tokens > 0
    assert "<!here>" not in str(page)


def test_fewer_rows_show_fewer():
    assert len(previews([content(1)], DatasetFormat.CHAT, 1, "o200k_base")) == 1
    assert previews([b""], DatasetFormat.CHAT, 0, "o200k_base") == []


def test_more_bars_than_slack_draws_are_put_together_and_none_is_lost(voice):
    bins = [Bin(10 * n, 10 * n + 10, n) for n in range(47)]
    (chart,) = histogram_chart(voice, bins)
    check_message_blocks(Content("", (chart,)).payload()["blocks"])
    bars = chart["chart"]["series"][0]["data"]
    assert sum(bar["value"] for bar in bars) == sum(range(47))
    assert (bars[0]["label"], bars[-1]["label"]) == ("0–29", "450–469")
    assert "0–29 `▁" in without_charts(Content("", (chart,))).blocks[0]["text"]["text"]

"""A dropped file's report: verdict first, what to fix, what it costs, one next step."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from handlers.blocks.dataset_report import Checked, being_checked, dataset_report, price
from handlers.language import Voice
from storage.rows import Dataset, DatasetVersion, Place
from tests.handlers.blocks.samples import LONG, NOW, TENANT
from tuning.datasets.check import check
from tuning.datasets.intake import Quote
from tuning.datasets.options import CheckOptions
from tuning.hyperparameters import AutoValues
from tuning.texts import LANGUAGES, Texts
from workspace.blocks.check import check_message_blocks

GOOD = b'{"messages": [{"role": "user", "content": "Q%d?"}, {"role": "assistant", "content": "A%d."}]}\n'
READY = b"".join(GOOD % (number, number) for number in range(60))
BROKEN = READY + b"".join(
    b'{"messages": [{"role": "user", "content": "<&>`%d' % number + b"x" * 3000 + b"\n" for number in range(50)
)


@pytest.fixture(name="voice", params=LANGUAGES)
def _voice(request):
    return Voice(Texts.load(), request.param)


def checked(content: bytes, *quotes: Quote, name: str = "marv") -> Checked:
    report = check([content], CheckOptions(f"{name}.jsonl", date(2026, 11, 22)))
    dataset = Dataset("ds_1", TENANT, name, "U1", Place("C1", "1.0"), "F1", NOW)
    version = DatasetVersion(
        "ds_1-v1", TENANT, "ds_1", 1, f"{name}.jsonl", report.sha256, report.size_bytes, report.format,
        report.examples, report.is_ready, report.to_json(), "upload", "", NOW,
    )  # fmt: skip
    return Checked(dataset, version, report, quotes)


def quote(usd: Decimal | None, n_epochs: int | None = 3, model: str = "gpt-4.1-mini") -> Quote:
    as_of = date(2026, 10, 5) if usd else None
    return Quote("openai", model, 1000, is_exact=True, n_epochs=n_epochs, usd=usd, price_as_of=as_of, auto=AutoValues())


def _actions(blocks) -> list[tuple[str, str]]:
    elements = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    return [(element["action_id"], element.get("style", "")) for element in elements]


@pytest.mark.parametrize("content", [READY, BROKEN, b"", b"\x00\xff", b"PK\x03\x04", b"[]"])
def test_slack_takes_the_report_on_any_file(voice, content):
    report = dataset_report(voice, checked(content, *[quote(Decimal(1), model=LONG)] * 40, name=LONG[:200]))

    check_message_blocks(report.payload()["blocks"])
    assert len(report.payload()["text"]) <= 4000


def test_slack_takes_the_first_word(voice):
    check_message_blocks(being_checked(voice, LONG).payload()["blocks"])


def test_a_ready_file_has_start_as_its_one_primary_button(voice):
    assert ("jobs.start", "primary") in _actions(dataset_report(voice, checked(READY)).blocks)


def test_a_file_that_is_not_ready_offers_no_start_and_shows_five_findings(voice):
    report = dataset_report(voice, checked(BROKEN))
    shown = str(report.blocks)

    assert (_actions(report.blocks), shown.count("🔴") + shown.count("🟡")) == (
        [("datasets.fixes", "primary"), ("datasets.findings", "")],
        5,
    )


def test_a_finding_quotes_what_stands_there_without_its_formatting():
    shown = str(dataset_report(Voice(Texts.load(), "en"), checked(READY + b'{"messages": <!here>`}\n')).blocks)

    assert "Seen: `&lt;!here&gt;ˋ}`" in shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(quote(Decimal("1.2")), "$1.20 (3 epochs × 1,000 tokens; price of 2026-10-05)", id="a dated price"),
        pytest.param(quote(Decimal(0)), "free: runs on your own machine (3 epochs × 1,000 tokens)", id="nothing"),
        pytest.param(quote(None), "no price known (3 epochs × 1,000 tokens)", id="unknown, and not guessed"),
        pytest.param(
            quote(None, None), "no price known (epochs chosen by the provider × 1,000 tokens)", id="no epochs"
        ),
    ],
)
def test_a_price_says_what_it_rests_on(given, said):
    assert price(Voice(Texts.load(), "en"), given) == said


def test_a_count_by_the_providers_own_tokenizer_replaces_ours_where_ours_is_only_about_right():
    ours = checked(READY)
    about = replace(ours, report=replace(ours.report, tokens=replace(ours.report.tokens, is_exact=False)))
    exact = replace(about, quotes=[quote(Decimal(0))])

    assert "about " in str(dataset_report(Voice(Texts.load(), "en"), about).blocks[1])
    assert "· 1,000 tokens" in str(dataset_report(Voice(Texts.load(), "en"), exact).blocks[1])

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from storage.rows import DatasetFormat, DatasetTag, Place
from tests.tuning.house import House
from tuning.datasets.incoming import short_name
from tuning.datasets.parts import parts_of
from tuning.datasets.quotes import Quotes
from tuning.datasets.report import Report
from tuning.datasets.revisions import Revision
from tuning.datasets.wording import Wording
from tuning.errors import DatasetNotFound, FileTooLarge, SplitTooSmall
from tuning.jobs.drafts import StartDraft
from tuning.providers.profiles import CUSTOM, OPENAI

OTHER_ROWS = "".join(
    json.dumps({"messages": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": f"{n} it is."}]})
    + "\n"
    for n in range(12)
).encode()


async def receive(house, content, name="rows.jsonl", dataset_id="ds_9", *, owner_id="U1", place=House.place):
    house.shared[dataset_id] = content
    return await house.datasets.receive(
        house.tenant,
        dataset_id=dataset_id,
        owner_id=owner_id,
        place=place,
        slack_file={"id": dataset_id, "name": name},
    )


async def test_a_shared_file_becomes_a_checked_version_with_its_bytes(house):
    version = await house.dataset()

    assert (version.is_ready, version.examples, version.format) == (True, 64, DatasetFormat.CHAT)
    stored, report = await house.datasets.report(house.tenant, version.id)
    assert report.sha256 == stored.sha256 == version.sha256
    assert b"".join([chunk async for chunk in house.files.read(version.sha256)]) == house.shared["ds_1"]
    assert (await house.datasets.find(house.viewer, "marv")).id == "ds_1"


async def test_the_same_file_twice_is_one_dataset_and_is_fetched_once(house):
    first = await house.dataset()
    house.shared.clear()

    again = await receive(house, b"", dataset_id="ds_1")

    assert again.sha256 == first.sha256
    assert len(await house.datasets.recent(house.viewer)) == 1


@pytest.mark.parametrize(
    ("owner_id", "channel_id", "told"),
    [
        pytest.param("U1", "C2", ["The same bytes are already here, as marv v1."], id="their own"),
        pytest.param("U2", "C1", ["The same bytes are already here, as marv v1."], id="of this channel"),
        pytest.param("U2", "C2", [], id="somebody else's, elsewhere"),
    ],
)
async def test_bytes_that_were_shared_before_are_recognised_where_that_may_be_told(house, owner_id, channel_id, told):
    await house.dataset()
    place = Place(channel_id, "2.0")

    version = await receive(house, house.shared["ds_1"], owner_id=owner_id, place=place)

    _, report = await house.datasets.report(house.tenant, version.id)
    wording = Wording(house.texts, "en")
    assert [wording.message(finding) for finding in report.findings if finding.code == "F022"] == told


async def test_rows_of_a_version_that_is_called_erased_are_named_in_every_later_file(house):
    withheld = await house.dataset()
    lines = house.shared["ds_1"].splitlines(keepends=True)
    viewer, dataset = house.viewer, await house.datasets.find(house.viewer, "marv")
    tag = DatasetTag(house.tenant, dataset.id, "erased", withheld.id, viewer.actor.user_id, withheld.created_at)
    content = b"".join(lines[:1]) + OTHER_ROWS

    before = await receive(house, content, dataset_id="ds_2")
    await house.dataset_store.tag(tag)
    erased = await receive(house, content, dataset_id="ds_3")
    await house.dataset_store.tag(replace(tag, name="unconsented"))
    still_erased = await receive(house, content, dataset_id="ds_4")
    fixed = await house.revisions.make(house.tenant, Revision(before.id, "fix", ("F009",)))

    def codes(version):
        report = Report.from_json(version.report)
        return {(finding.code, finding.line) for finding in report.findings if finding.code in {"Z004", "Z005"}}

    assert (codes(before), before.is_ready) == (set(), True)
    assert (codes(erased), erased.is_ready) == ({("Z005", 1)}, False)
    assert codes(still_erased) == codes(fixed) == {("Z005", 1)}


async def test_a_file_beyond_the_limit_says_the_limit(house):
    with pytest.raises(FileTooLarge, match="1 MB"):
        await receive(house, b"x" * 1_000_001)

    assert await house.datasets.recent(house.viewer) == []


BAD_INPUT = [
    pytest.param(b"", id="empty"),
    pytest.param(b"\x00\xff" * 500, id="binary"),
    pytest.param('{"messages": []}\n'.encode("utf-16"), id="UTF-16"),
    pytest.param(b'{"messages": [', id="half a line"),
    pytest.param(b"[1, 2]", id="a JSON array"),
    pytest.param(b"PK\x03\x04" + b"\x00" * 40, id="a broken zip"),
]


@pytest.mark.parametrize("content", BAD_INPUT)
async def test_any_bytes_become_a_dataset_with_findings(house, content):
    version = await receive(house, content)

    assert not version.is_ready
    assert await house.datasets.findings_file(house.tenant, version.id, "zh")


async def test_the_file_of_findings_has_every_one_with_its_line_in_the_readers_language(house):
    version = await house.dataset("marv-with-mistakes.jsonl")
    _, report = await house.datasets.report(house.tenant, version.id)

    english = (await house.datasets.findings_file(house.tenant, version.id, "en")).decode()
    chinese = (await house.datasets.findings_file(house.tenant, version.id, "zh")).decode()

    assert len(english.splitlines()) == len(chinese.splitlines()) == len(report.findings)
    assert english.startswith("✗")
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


async def test_the_file_of_findings_quotes_what_stands_there(house):
    version = await receive(house, b'{"messages": oops}\n')

    findings = (await house.datasets.findings_file(house.tenant, version.id, "en")).decode()

    assert "Seen: oops}" in findings


async def test_a_mistyped_name_is_answered_with_the_near_one(house):
    await house.dataset()

    with pytest.raises(DatasetNotFound, match="Did you mean marv"):
        await house.datasets.find(house.viewer, "marvin")


async def test_a_version_of_another_team_does_not_exist(house):
    version = await house.dataset()

    with pytest.raises(DatasetNotFound):
        await house.datasets.report(replace(house.tenant, team_id="T2"), version.id)


async def test_a_quote_rests_on_the_providers_own_count_and_asks_for_it_once(house, host):
    version = await house.dataset()

    quotes = [await house.datasets.quotes(house.tenant, version.id) for _ in range(2)][1]

    (quote,) = quotes
    assert (quote.provider, quote.model, quote.tokens, quote.is_exact) == ("trainer", "smol", 640, True)
    assert (quote.n_epochs, quote.billed_tokens) == (3, 1920)
    assert host.calls.count("POST /token_counts") == 1


async def test_a_provider_counts_while_the_file_is_checked(house, host):
    await house.dataset()

    assert host.calls.count("POST /token_counts") == 1


async def test_a_file_that_the_provider_cannot_count_is_reported_all_the_same(house, host, answers):
    host.then("POST /token_counts", answers.refusal(400))

    version = await receive(house, b'{"messages": 1}\n')

    assert not version.is_ready


async def test_long_examples_are_counted_in_requests_that_a_server_can_take(house, host):
    house.datasets = replace(house.datasets, quotes_of=Quotes(house.files, request_bytes=4_000))
    version = await house.dataset()

    (quote,) = await house.datasets.quotes(house.tenant, version.id)

    assert (quote.tokens, quote.is_exact) == (640, True)
    assert host.calls.count("POST /token_counts") == -(-version.size_bytes // 4_000)


async def test_a_tuned_model_counts_as_its_base_does(house, host):
    host.models.append({"id": "ft:smol:us:marv:1", "trainable": True})
    version = await house.dataset()

    quotes = await house.datasets.quotes(house.tenant, version.id)

    assert [(quote.model, quote.tokens) for quote in quotes] == [("smol", 640), ("ft:smol:us:marv:1", 640)]
    assert host.calls.count("POST /token_counts") == 1


async def test_a_provider_that_cannot_count_now_leaves_the_quote_about_right(house, host, answers):
    host.then("POST /token_counts", answers.refusal(503), answers.refusal(503))
    version = await house.dataset()

    (quote,) = await house.datasets.quotes(house.tenant, version.id)

    assert quote.tokens > 1000
    assert not quote.is_exact


async def test_a_provider_that_is_away_offers_no_quotes(house, host, answers):
    version = await house.dataset()
    host.then("GET /models", answers.refusal(503))

    assert await house.datasets.quotes(house.tenant, version.id) == []


async def test_openais_price_has_its_day_and_follows_tokens_and_epochs(house_of, connect):
    house = house_of(connect(OPENAI, key="k"))
    version = await house.dataset()
    draft = StartDraft(version.id, "openai", "gpt-4.1-mini-2025-04-14", n_epochs=2)

    quote = await house.jobs.quote(house.viewer, draft)
    doubled = await house.jobs.quote(house.viewer, replace(draft, n_epochs=4))
    split = await house.jobs.quote(house.viewer, replace(draft, split_train_percent=80))

    assert quote.usd == Decimal(quote.tokens) * 2 * 5 / 1_000_000
    assert doubled.usd == 2 * quote.usd
    assert quote.price_as_of is not None
    assert quote.is_exact
    assert split.tokens == -(-quote.tokens * 80 // 100)


async def test_a_host_without_a_known_price_gets_no_guess(house_of, connect):
    house = house_of(connect(CUSTOM))
    version = await house.dataset()

    quote = await house.jobs.quote(house.viewer, StartDraft(version.id, "custom", "llama", n_epochs=3))

    assert quote.usd is None
    assert quote.billed_tokens == 3 * quote.tokens


async def test_the_form_offers_ready_datasets_and_the_providers_models(house, host, answers):
    await house.dataset()
    await receive(house, b"{")

    options = await house.jobs.options(house.viewer)
    host.then("GET /models", answers.refusal(503))
    without = await house.jobs.options(house.viewer)

    assert [dataset.name for dataset, _ in options.datasets] == ["marv"]
    assert options.default == ("trainer", "smol")
    assert without.default == ("", "")


async def test_a_file_of_one_row_cannot_be_split(house):
    line = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
    version = await receive(house, line * 12)

    training, _ = parts_of(version.id, train_percent=80, seed=0)

    with pytest.raises(SplitTooSmall, match=r"rows\.jsonl"):
        await house.parts.ensure(house.tenant, training.id)


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("Marv.jsonl", "marv"),
        ("My Support Data.v2.jsonl", "my-support-data.v2"),
        ("rows", "rows"),
        (".jsonl", ".jsonl"),
    ],
)
def test_a_short_name_is_what_people_would_type(file_name, name):
    assert short_name(file_name) == name

"""Block Kit as a person sees it, with hostile content among it."""

import pytest
from playwright.async_api import expect

from tests.workspace.page.watching import Watched, plain, section

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<img src=x onerror=\"window.broken='yes'\"><script>window.broken='yes'</script>${window.broken='yes'}"


def _chart(*losses: float) -> dict:
    steps = [str(10 * number) for number, _ in enumerate(losses)]
    points = [{"label": step, "value": loss} for step, loss in zip(steps, losses, strict=True)]
    series = [{"name": "train", "data": points}]
    axes = {"categories": steps, "x_label": "step", "y_label": "loss"}
    chart = {"type": "line", "series": series, "axis_config": axes}
    return {"type": "data_visualization", "block_id": "chart", "title": "Loss", "chart": chart}


async def test_a_chart_is_drawn_told_in_words_and_moves_on_in_place(watched: Watched):
    ts = await watched.say("Loss 2.5", [_chart(3.5, 2.5)])
    ada = await watched.look_as("ada")
    figure = ada.get_by_role("img", name="Line chart “Loss”. train: 3.5 (0) → 2.5 (10)")
    await expect(figure.locator("svg")).to_contain_text("train")
    await ada.locator("figure.chart").evaluate("element => { element.dataset.seen = 'before'; }")
    await watched.revise(ts, "Loss 1.25", [_chart(3.5, 2.5, 1.25)])
    moved = ada.get_by_role("img", name="Line chart “Loss”. train: 3.5 (0) → 1.25 (20)")
    await expect(moved).to_have_attribute("data-seen", "before")
    await expect(moved.locator("svg text").filter(has_text="20")).to_be_visible()


async def test_a_table_has_a_head_and_aligned_cells(watched: Watched):
    rows = [["Model", "Price"], ["small", "$0.00"]]
    cells = [[{"type": "raw_text", "text": text} for text in row] for row in rows]
    await watched.say("Prices", [{"type": "table", "rows": cells, "column_settings": [{}, {"align": "right"}]}])
    ada = await watched.look_as("ada")
    await expect(ada.get_by_role("columnheader")).to_have_text(["Model", "Price"])
    await expect(ada.get_by_role("cell", name="$0.00")).to_have_css("text-align", "right")


async def test_no_text_that_anyone_wrote_becomes_markup(watched: Watched):
    person = watched.workspace.person("bo")
    await person.post(watched.channel_id, HOSTILE)
    await watched.say("&lt;u&gt;already escaped&lt;/u&gt;")
    await person.share_file(watched.channel_id, f"{HOSTILE}.jsonl", HOSTILE.encode())
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE}]}
    link = {"type": "rich_text_section", "elements": [{"type": "link", "url": "javascript:alert(1)", "text": "go"}]}
    await watched.say(
        HOSTILE,
        [
            {"type": "header", "text": plain(HOSTILE)},
            section(HOSTILE, fields=[plain(HOSTILE)]),
            {"type": "markdown", "text": f"{HOSTILE}\n\n[go](javascript:alert(1)) **bold**"},
            {"type": "rich_text", "elements": [words, link]},
            {"type": "context", "elements": [plain(HOSTILE)]},
            {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
        ],
    )
    ada = await watched.look_as("ada")
    await expect(ada.get_by_role("article").last.locator("strong")).to_have_text("bold")
    assert await ada.locator("article img, article script, article u").count() == 0
    assert await ada.locator("article a[href^=javascript]").count() == 0
    assert await ada.evaluate("window.broken") is None
    await expect(ada.get_by_role("article").get_by_text(HOSTILE, exact=False)).to_have_count(9)


async def test_nothing_is_fetched_from_another_host(watched: Watched):
    picture = "https://example.com/tracker.png"
    await watched.say(
        "pictures",
        [
            {"type": "image", "image_url": picture, "alt_text": "a loss curve"},
            {"type": "markdown", "text": f"![tracker]({picture}) <img src={picture}>"},
            section(f"<{picture}|look>", accessory={"type": "image", "image_url": picture, "alt_text": "small"}),
            _chart(2.0, 1.0),
        ],
    )
    ada = await watched.look_as("ada")
    await expect(ada.get_by_role("link", name="Picture: a loss curve")).to_have_attribute("href", picture)
    await expect(ada.locator("figure.chart svg")).to_be_visible()
    assert watched.requested
    assert {
        address for address in watched.requested if not address.startswith((watched.workspace.url, "data:"))
    } == set()


async def test_a_picture_uploaded_to_the_workspace_is_shown(watched: Watched):
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
        "a5f645400000000049454e44ae426082"
    )
    person = watched.workspace.person("bo")
    shared = await person.share_file(watched.channel_id, "curve.png", pixel)
    ts = await watched.say(
        "seen", [{"type": "image", "slack_file": {"id": shared.file_ids[0]}, "alt_text": "the curve"}]
    )
    ada = await watched.look_as("ada")
    for image in (ada.get_by_test_id(f"message-{shared.ts}").locator("img"), ada.get_by_role("img", name="the curve")):
        assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    await expect(ada.get_by_test_id(f"message-{ts}")).to_contain_text("Echo".lower())

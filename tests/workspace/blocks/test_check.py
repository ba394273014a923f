"""Which blocks Slack takes: structure, lengths, counts and surfaces."""

from typing import Any

import pytest

from workspace.blocks.check import MAX_MESSAGE_BLOCKS, check_blocks, check_message_blocks
from workspace.errors import SlackError


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: object) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "go", **more: object) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def options(count: int) -> list[dict[str, Any]]:
    return [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(count)]


def select(**more: object) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "pick", **more}


def chart(points: int = 3, **more: object) -> dict[str, Any]:
    data = [{"label": str(step), "value": 2.0 / (step + 1)} for step in range(points)]
    line = {
        "type": "line",
        "series": [{"name": "loss", "data": data}],
        "axis_config": {"categories": [str(step) for step in range(points)], "x_label": "step"},
    }
    return {"type": "data_visualization", "title": "Loss", "chart": line | more}


def table(rows: int, columns: int) -> dict[str, Any]:
    row = [{"type": "raw_text", "text": "x"}] * columns
    return {"type": "table", "rows": [row] * rows}


def feedback() -> dict[str, Any]:
    return {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    }


ACCEPTED = [
    section("x" * 3000),
    section("with a button", accessory=button()),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 5},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn("small print")] * 10},
    {"type": "actions", "elements": [button(f"go{n}") for n in range(25)]},
    {"type": "actions", "elements": [select(options=options(100))]},
    {"type": "actions", "elements": [{"type": "overflow", "action_id": "more", "options": options(5)}]},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A curve"},
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    {"type": "context_actions", "elements": [feedback()]},
    {"type": "container", "title": plain("More"), "child_blocks": [section("inside")]},
    chart(points=20),
    table(rows=100, columns=20),
]


@pytest.mark.parametrize("block", ACCEPTED)
def test_a_block_within_its_limits_is_taken(block):
    assert check_blocks([block], "message", "/blocks", MAX_MESSAGE_BLOCKS) == []


REFUSED = [
    (section("x" * 3001), "/blocks/0/text/text", "must be less than 3001 characters"),
    (section(""), "/blocks/0/text/text", "must be more than 0 characters"),
    ({"type": "section"}, "/blocks/0", "missing required field: text or fields"),
    ({"type": "section", "text": "bare"}, "/blocks/0/text", "must be an object"),
    ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/blocks/0/fields", "no more than 10 items allowed"),
    ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type", "must be one of: plain_text"),
    ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text", "must be less than 151 characters"),
    ({"type": "divider", "colour": "red"}, "/blocks/0", "invalid additional property: colour"),
    ({"type": "song"}, "/blocks/0/type", "unsupported type: song"),
    ("words", "/blocks/0", "must be an object"),
    ({"type": "actions", "elements": []}, "/blocks/0/elements", "no fewer than 1 items allowed"),
    (
        {"type": "actions", "elements": [button(text=plain("x" * 76))]},
        "/blocks/0/elements/0/text/text",
        "must be less than 76 characters",
    ),
    (
        {"type": "actions", "elements": [button(style="loud")]},
        "/blocks/0/elements/0/style",
        "must be one of: primary, danger",
    ),
    (
        {"type": "actions", "elements": [button(), button()]},
        "/blocks/0",
        "action_id already exists: go",
    ),
    (
        {"type": "actions", "elements": [select(options=options(101))]},
        "/blocks/0/elements/0/options",
        "no more than 100 items allowed",
    ),
    (
        {"type": "actions", "elements": [{"type": "plain_text_input", "action_id": "t"}]},
        "/blocks/0/elements/0/type",
        "unsupported type: plain_text_input",
    ),
    ({"type": "context_actions", "elements": [button()]}, "/blocks/0/elements/0/type", "unsupported type: button"),
    ({"type": "context_actions", "elements": [feedback()] * 6}, "/blocks/0/elements", "no more than 5 items allowed"),
    ({"type": "alert", "text": plain("modals only")}, "/blocks/0/type", "unsupported type: alert"),
    (chart(points=21), "/blocks/0/chart/series/0/data", "no more than 20 items allowed"),
    (chart(type="radar"), "/blocks/0/chart/type", "unsupported type: radar"),
    (
        chart(series=[{"name": "loss", "data": [{"label": "elsewhere", "value": 1}]}]),
        "/blocks/0/chart/series/0/data",
        "labels must match axis_config.categories",
    ),
    (
        chart(series=[{"name": "loss", "data": [{"label": "0", "value": 1}]}] * 2),
        "/blocks/0/chart/series",
        "series names must be unique",
    ),
    (table(rows=101, columns=1), "/blocks/0/rows", "no more than 100 items allowed"),
    (table(rows=1, columns=21), "/blocks/0/rows/0", "no more than 20 items allowed"),
]


@pytest.mark.parametrize(("block", "pointer", "message"), REFUSED)
def test_a_block_beyond_its_limits_is_refused_with_a_pointer(block, pointer, message):
    problems = check_blocks([block], "message", "/blocks", MAX_MESSAGE_BLOCKS)

    assert (pointer, message) in [(problem.pointer, problem.message) for problem in problems]


def test_rows_of_a_table_are_equally_long():
    uneven = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_text", "text": "b"}] * 2]}

    problems = check_blocks([uneven], "message", "/blocks", MAX_MESSAGE_BLOCKS)

    assert [problem.message for problem in problems] == ["all rows must have the same number of cells"]


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider"}] * 51,
        [table(1, 1), table(1, 1)],
        [chart(), chart(), chart()],
        [section("a", block_id="same"), section("b", block_id="same")],
        [{"type": "markdown", "text": "x" * 6001}] * 2,
    ],
    ids=["51 blocks", "two tables", "three charts", "one block_id twice", "12,002 characters of markdown"],
)
def test_too_much_of_a_kind_is_refused(blocks):
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message_blocks(blocks)


def test_a_message_holds_13200_characters_in_all():
    check_message_blocks([section("x" * 2640)] * 5)

    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message_blocks([section("x" * 2641)] * 5)


@pytest.mark.parametrize(
    ("surface", "block"),
    [
        ("modal", {"type": "markdown", "text": "x"}),
        ("modal", table(1, 1)),
        ("modal", chart()),
        ("home", {"type": "markdown", "text": "x"}),
        ("message", {"type": "alert", "text": plain("x")}),
    ],
)
def test_a_block_on_a_surface_that_does_not_show_it_is_refused(surface, block):
    assert check_blocks([block], surface, "/view/blocks", 100)[0].message == f"unsupported type: {block['type']}"

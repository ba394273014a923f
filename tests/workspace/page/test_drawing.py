"""The pure parts of drawing: chart options, sizes, faces, previews and the page's own sentences."""

import re
from random import SystemRandom
from string import Formatter

import pytest

from workspace.ids import Ids
from workspace.page import texts
from workspace.page.charts import chart_alt, chart_options
from workspace.page.content import blocks_of
from workspace.page.faces import initials
from workspace.page.files import first_lines, size_text
from workspace.page.writing.viewer import Viewer
from workspace.world import marvellous

STATE = marvellous(Ids(lambda: 1_800_000_000.0, SystemRandom()))
ADA, LIN = (Viewer(STATE, STATE.user_named(name).id) for name in ("ada", "lin"))


@pytest.mark.parametrize("key", sorted(texts._TEXTS))
def test_every_sentence_is_there_in_english_and_chinese_with_the_same_parameters(key: str):
    english, chinese = texts._TEXTS[key]
    parameters = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, chinese)]
    assert parameters[0] == parameters[1]
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english)


def _over(kind: str, *values: float) -> dict:
    points = [{"label": str(step), "value": value} for step, value in enumerate(values)]
    axes = {"categories": [str(step) for step in range(len(values) + 1)]}
    chart = {"type": kind, "series": [{"name": "train", "data": points}], "axis_config": axes}
    return {"type": "data_visualization", "title": "Loss", "chart": chart}


def test_points_lie_over_their_categories_and_a_missing_one_leaves_a_gap():
    [series] = chart_options(_over("line", 2.5, 1.5))["series"]
    assert series["data"] == [2.5, 1.5, None]


def test_a_chart_that_is_edited_every_second_stands_still_between_its_edits():
    assert chart_options(_over("line", 1.0))["animation"] is False


@pytest.mark.parametrize(
    ("kind", "drawn", "is_filled"), [("line", "line", False), ("area", "line", True), ("bar", "bar", False)]
)
def test_each_kind_of_chart_is_drawn_as_itself(kind: str, drawn: str, *, is_filled: bool):
    [series] = chart_options(_over(kind, 1.0))["series"]
    assert (series["type"], "areaStyle" in series) == (drawn, is_filled)


def test_a_pie_is_told_by_its_segments():
    segments = [{"label": "chat", "value": 60}, {"label": "other", "value": 4}]
    pie = {"title": "Formats", "chart": {"type": "pie", "segments": segments}}
    assert [one["value"] for one in chart_options(pie)["series"][0]["data"]] == [60, 4]
    assert chart_alt(pie, ADA) == "Pie chart “Formats”. chat: 60; other: 4"
    assert chart_alt(pie, LIN).startswith("饼图“Formats”")


def test_a_series_without_points_is_named_alone():
    assert chart_alt(_over("line"), ADA) == "Line chart “Loss”. train"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KB"), (5 * 1024**3, "5.0 GB")]
)
def test_a_size_is_written_as_people_read_it(size: int, text: str):
    assert size_text(size) == text


def test_a_preview_shows_the_first_lines_of_any_bytes():
    assert first_lines(b"\xef\xbb\xbfone\ntwo") == "one\ntwo"
    assert first_lines(b"1\n2\n3\n4\n5") == "1\n2\n3\n4\n…"
    assert first_lines(b"\xff\x00x") == "\ufffdx"


def test_faces_have_the_initials_of_any_name():
    people = [STATE.user_named(name) for name in ("ada", "lin", "bo", "gus")]
    assert [initials(user) for user in people] == ["AB", "巧", "BL", "GG"]


def test_text_without_blocks_is_a_section_and_with_blocks_only_a_notification():
    [alone] = blocks_of({"text": "*hi*"})
    assert alone["text"] == {"type": "mrkdwn", "text": "*hi*"}
    assert blocks_of({"text": "read aloud", "blocks": [{"type": "divider"}]}) == [{"type": "divider"}]


def test_the_tasks_of_a_stream_stand_above_its_text():
    stream = {
        "state": "in_progress",
        "plan_title": "Checking",
        "tasks": [{"id": "1", "title": "Read", "status": "complete"}],
    }
    plan, said = blocks_of({"text": "Hello", "stream": stream, "blocks": [{"type": "markdown", "text": "Hello"}]})
    assert (plan["type"], plan["title"], said["type"]) == ("plan", "Checking", "markdown")


def test_attachments_follow_with_their_blocks_or_text():
    attachments = [{"blocks": [{"type": "divider"}]}, {"fallback": "old"}, {"colour": "red"}]
    shown = blocks_of({"text": "", "attachments": attachments})
    assert [block["type"] for block in shown] == ["divider", "section"]

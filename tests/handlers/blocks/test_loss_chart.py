"""The loss as Slack's chart, and as text."""

from handlers.blocks.loss_chart import carried, loss_chart, sparkline
from handlers.language import Voice
from tuning.jobs.curves import Curves, Point
from tuning.texts import Texts

VOICE = Voice(Texts.load(), "en")


def test_one_point_is_no_chart_yet():
    assert loss_chart(VOICE, Curves((Point(1, 2.0),))) == []


def test_the_chart_names_each_step_with_its_loss():
    (block,) = loss_chart(VOICE, Curves((Point(1, 2.0), Point(5, 1.5))))

    assert block["chart"]["series"][0]["data"] == [{"label": "1", "value": 2.0}, {"label": "5", "value": 1.5}]


def test_a_validation_loss_is_carried_to_the_steps_between():
    steps = [Point(1, 9), Point(2, 9), Point(3, 9), Point(4, 9)]

    assert [point.loss for point in carried([Point(2, 0.5), Point(4, 0.25)], steps)] == [0.5, 0.5, 0.5, 0.25]


def test_a_sparkline_falls_as_the_loss_does():
    assert sparkline([3.0, 2.0, 1.0]) == "█▅▁"


def test_a_flat_loss_is_a_flat_line():
    assert sparkline([1.0, 1.0]) == "▁▁"

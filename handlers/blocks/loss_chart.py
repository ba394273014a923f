"""The falling loss, as Slack's own line chart and as one line of text where a workspace lacks charts.

A chart's title holds 50 characters, a series 20 points with labels of 20
(https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block, read 2026-11). It reached workspaces at
different times, so whoever sends it must be ready for `invalid_blocks` and send the text instead.
"""

from collections.abc import Sequence

from handlers.blocks.kit import Block, Content, section
from handlers.language import Voice
from tuning.jobs.curves import Curves, Point

_FEWEST_POINTS = 2
_BARS = "▁▂▃▄▅▆▇█"
_CHART = "data_visualization"


def loss_chart(voice: Voice, curves: Curves) -> list[Block]:
    """The chart, once there are two points to join; every series has a value at every label, as Slack asks."""
    if len(curves.training) < _FEWEST_POINTS:
        return []
    series = [_series(voice("cards.chart.training"), curves.training)]
    if curves.validation:
        series.append(_series(voice("cards.chart.validation"), carried(curves.validation, curves.training)))
    axis = {
        "categories": [str(point.step) for point in curves.training],
        "x_label": voice("cards.chart.step"),
        "y_label": voice("cards.chart.loss"),
    }
    chart = {"type": "line", "series": series, "axis_config": axis}
    return [{"type": _CHART, "title": voice("cards.chart.title"), "chart": chart}]


def _series(name: str, points: Sequence[Point]) -> Block:
    return {"name": name, "data": [{"label": str(point.step), "value": round(point.loss, 4)} for point in points]}


def carried(measured: Sequence[Point], at: Sequence[Point]) -> list[Point]:
    """The measured losses at other steps: at each the newest one until then, before the first one that one."""
    return [
        Point(point.step, next((one.loss for one in reversed(measured) if one.step <= point.step), measured[0].loss))
        for point in at
    ]


def without_charts(content: Content) -> Content:
    """The same message with every chart as a line of text, for a workspace that refuses the chart block."""
    return Content(
        content.text, tuple(_as_text(block) if block["type"] == _CHART else block for block in content.blocks)
    )


def _as_text(block: Block) -> Block:
    if block["chart"]["type"] == "bar":
        return _bars_as_text(block)
    losses = [point["value"] for point in block["chart"]["series"][0]["data"]]
    return section(f"{block['title']}: `{sparkline(losses)}` {losses[0]:.3f} → {losses[-1]:.3f}")


def _bars_as_text(block: Block) -> Block:
    bars = block["chart"]["series"][0]["data"]
    line = sparkline([bar["value"] for bar in bars])
    return section(f"{block['title']}: {bars[0]['label']} `{line}` {bars[-1]['label']}")


def sparkline(values: Sequence[float]) -> str:
    """The values as a row of bars, the lowest and the highest spanning the height."""
    low, span = min(values), max(values) - min(values)
    return "".join(_BARS[round((value - low) / span * (len(_BARS) - 1)) if span else 0] for value in values)

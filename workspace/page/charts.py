"""data_visualization blocks as ECharts options, and the sentence that says the same to a screen reader.

Their fields are those of docs.slack.dev/reference/block-kit/blocks/data-visualization-block: a pie has `segments`, every
other chart `series` over the `categories` of its `axis_config`.
"""

from workspace.page.writing.viewer import Viewer
from workspace.records import JsonObject

PALETTE = ("#2563eb", "#e8710a", "#0f9d76", "#9333ea", "#d6336c", "#64748b")
_INK = "#7c8291"  # Greys that can be read on light and dark paper alike.
_RULE = "rgba(124, 130, 145, 0.22)"


def chart_options(block: JsonObject) -> JsonObject:
    """Return the ECharts options that draw a chart block."""
    chart = block["chart"]
    shared: JsonObject = {
        "color": list(PALETTE),
        "animation": False,  # A job's chart is edited every second: animated, it would always be half drawn.
        "textStyle": {"fontFamily": "inherit", "color": _INK},
        "legend": {
            "type": "scroll",
            "bottom": 0,
            "icon": "roundRect",
            "itemWidth": 12,
            "itemHeight": 4,
            "textStyle": {"color": _INK},
        },
    }
    if chart["type"] == "pie":
        return shared | _pie(chart)
    return shared | _over_axes(chart)


def _pie(chart: JsonObject) -> JsonObject:
    segments = [{"name": segment["label"], "value": segment["value"]} for segment in chart["segments"]]
    ring: JsonObject = {"type": "pie", "radius": ["42%", "68%"], "center": ["50%", "45%"], "data": segments}
    ring["label"] = {"color": _INK, "textBorderWidth": 0}
    return {"tooltip": {"trigger": "item", "confine": True}, "series": [ring]}


def _over_axes(chart: JsonObject) -> JsonObject:
    axes = chart["axis_config"]
    is_bar = chart["type"] == "bar"
    x_axis = {
        "type": "category",
        "data": axes["categories"],
        "boundaryGap": is_bar,
        "name": axes.get("x_label", ""),
        "nameLocation": "middle",
        "nameGap": 26,
        "axisLine": {"lineStyle": {"color": _RULE}},
        "axisTick": {"show": False},
        "axisLabel": {"color": _INK, "hideOverlap": True},
    }
    y_axis = {
        "type": "value",
        "scale": not is_bar,
        "name": axes.get("y_label", ""),
        "nameTextStyle": {"align": "left"},
        "splitLine": {"lineStyle": {"color": _RULE}},
        "axisLabel": {"color": _INK},
    }
    return {
        "tooltip": {"trigger": "axis", "confine": True},
        "grid": {"left": 8, "right": 20, "top": 32, "bottom": 52, "containLabel": True},
        "xAxis": x_axis,
        "yAxis": y_axis,
        "series": [_series(chart, series) for series in chart["series"]],
    }


def _series(chart: JsonObject, series: JsonObject) -> JsonObject:
    value_of = {point["label"]: point["value"] for point in series["data"]}
    shape: JsonObject = {
        "type": "bar" if chart["type"] == "bar" else "line",
        "name": series["name"],
        "data": [value_of.get(category) for category in chart["axis_config"]["categories"]],
    }
    if chart["type"] == "bar":
        return shape | {"barMaxWidth": 36, "itemStyle": {"borderRadius": [4, 4, 0, 0]}}
    line = {"symbolSize": 5, "lineStyle": {"width": 2.5}, "connectNulls": True}
    return shape | line | ({"areaStyle": {"opacity": 0.14}} if chart["type"] == "area" else {})


def chart_alt(block: JsonObject, viewer: Viewer) -> str:
    """Return what a chart shows in words: its kind, its title, and each series from its first to its last value."""
    chart = block["chart"]
    if chart["type"] == "pie":
        told = [f"{segment['label']}: {segment['value']:g}" for segment in chart["segments"]]
    else:
        told = [_told(series) for series in chart["series"]]
    kind = viewer.say(f"chart_{chart['type']}")
    return viewer.say("chart_alt", kind=kind, title=block["title"], series="; ".join(told))


def _told(series: JsonObject) -> str:
    points = series["data"]
    if not points:
        return str(series["name"])
    first, last = points[0], points[-1]
    return f"{series['name']}: {first['value']:g} ({first['label']}) → {last['value']:g} ({last['label']})"

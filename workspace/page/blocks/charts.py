"""data_visualization: a chart that moves on in place when its message is edited."""

from nicegui import ui

from workspace.page.blocks.renderers import Redraw, Renderer
from workspace.page.blocks.stage import Stage
from workspace.page.charts import chart_alt, chart_options
from workspace.page.tags import Tag
from workspace.records import JsonObject


def _chart(block: JsonObject, stage: Stage) -> Redraw:
    figure = Tag("figure", "chart", role="img", aria_label=chart_alt(block, stage.viewer))
    with figure:
        title = Tag("figcaption", "", block["title"])
        drawn = ui.echart(chart_options(block), renderer="svg")

    def redraw(changed: JsonObject) -> None:
        figure.set(aria_label=chart_alt(changed, stage.viewer))
        title.set_text(changed["title"])
        drawn.options.clear()
        drawn.options.update(chart_options(changed))

    return redraw


RENDERERS: dict[str, Renderer] = {"data_visualization": _chart}

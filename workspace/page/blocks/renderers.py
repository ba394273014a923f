"""What a block renderer is: it draws a block where it is called and may return how to change the drawing in place."""

from collections.abc import Callable

from workspace.page.blocks.stage import Stage
from workspace.page.tags import written
from workspace.page.writing.viewer import Viewer
from workspace.records import JsonObject

Redraw = Callable[[JsonObject], None]
Renderer = Callable[[JsonObject, Stage], Redraw | None]
Writer = Callable[[JsonObject, Viewer], str]


def html_renderer(write: Writer, tag: str = "div") -> Renderer:
    """Make the renderer of a block that is only read: `write` gives its HTML."""

    def render(block: JsonObject, stage: Stage) -> Redraw:
        shown = written(write(block, stage.viewer), tag=tag)

        def redraw(changed: JsonObject) -> None:
            shown.set_content(write(changed, stage.viewer))

        return redraw

    return render

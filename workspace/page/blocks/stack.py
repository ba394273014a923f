"""A column of blocks that follows its message or view: unchanged blocks stay as they are, with all that was typed."""

from workspace.page.blocks import actions, charts, inputs, pictures, shown
from workspace.page.blocks.renderers import Redraw, Renderer
from workspace.page.blocks.stage import Stage
from workspace.page.tags import Tag, box
from workspace.records import JsonObject

_RENDERERS: dict[str, Renderer] = {
    **shown.RENDERERS,
    **actions.RENDERERS,
    **inputs.RENDERERS,
    **pictures.RENDERERS,
    **charts.RENDERERS,
}


class BlockStack:
    """Draws blocks into the place where it is made."""

    def __init__(self, stage: Stage, css: str = "") -> None:
        self._stage = stage
        self._column = box(f"blocks {css}")
        self._shown: list[_Shown] = []

    def show(self, blocks: list[JsonObject]) -> None:
        """Draw these blocks in place of those before."""
        for shown_block in self._shown[len(blocks) :]:
            shown_block.place.delete()
        del self._shown[len(blocks) :]
        for shown_block, block in zip(self._shown, blocks, strict=False):
            shown_block.change(block)
        with self._column:
            self._shown += [_Shown(block, self._stage) for block in blocks[len(self._shown) :]]


class _Shown:
    """One block on the page and, where its renderer offers it, the way to change it in place."""

    def __init__(self, block: JsonObject, stage: Stage) -> None:
        self.place = box()
        self._stage = stage
        self._block = block
        self._draw(block)

    def change(self, block: JsonObject) -> None:
        if block == self._block:
            return
        if self._redraw and block["type"] == self._block["type"] and block.get("accessory") is None:
            self._redraw(block)
            self._block = block
            return
        self.place.clear()
        self._draw(block)

    def _draw(self, block: JsonObject) -> None:
        self._block = block
        self.place.classes(replace=f"block block-{block['type']}")
        with self.place:
            render = _RENDERERS.get(block["type"], _unknown)
            self._redraw: Redraw | None = render(block, self._stage)


def _unknown(block: JsonObject, stage: Stage) -> None:
    Tag("p", "quiet", stage.viewer.say("block_unknown", type=block["type"]))

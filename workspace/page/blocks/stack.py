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
        """Draw these blocks in place of those before.

        A block that has its block_id still stays the same element on the page, wherever it moves, so that nothing that
        is just being typed into it is lost; one with a new id takes the place of a former one of its type.
        """
        ids = {block["block_id"] for block in blocks if "block_id" in block}
        kept = {former.block_id: former for former in self._shown if former.block_id in ids}
        spare = [former for former in self._shown if former.block_id not in ids]
        self._shown = [self._place(block, kept, spare) for block in blocks]
        for former in spare:
            former.place.delete()
        for index, placed in enumerate(self._shown):
            if self._column.default_slot.children[index] is not placed.place:
                placed.place.move(target_index=index)

    def _place(self, block: JsonObject, kept: dict[str | None, "_Shown"], spare: list["_Shown"]) -> "_Shown":
        former = kept.pop(block.get("block_id"), None) or next(
            (one for one in spare if one.type == block["type"]), None
        )
        if former is None:
            with self._column:
                return _Shown(block, self._stage)
        if former in spare:
            spare.remove(former)
        former.change(block)
        return former


class _Shown:
    """One block on the page and, where its renderer offers it, the way to change it in place."""

    def __init__(self, block: JsonObject, stage: Stage) -> None:
        self.place = box()
        self._stage = stage
        self._block = block
        self._draw(block)

    @property
    def block_id(self) -> str | None:
        return self._block.get("block_id")

    @property
    def type(self) -> str:
        return str(self._block["type"])

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

"""image blocks: drawn when the picture lies in this workspace, else a link, so that nothing is fetched from outside."""

from workspace.page.blocks.renderers import Renderer
from workspace.page.blocks.stage import Stage
from workspace.page.tags import Tag, written
from workspace.page.writing.links import link
from workspace.records import JsonObject


def _image(block: JsonObject, stage: Stage) -> None:
    with Tag("figure", "picture"):
        if "title" in block:
            Tag("figcaption", "", block["title"]["text"])
        picture(block, stage)


def picture(image: JsonObject, stage: Stage) -> None:
    """Draw an image block or element."""
    source = stage.picture(image)
    if source:
        Tag("img", "", src=source, alt=image["alt_text"])
        return
    written(link(image.get("image_url", ""), stage.viewer.say("picture_elsewhere", alt=image["alt_text"])))


RENDERERS: dict[str, Renderer] = {"image": _image}

"""file_input: files that are uploaded at once and go to the app with the modal."""

from collections.abc import Callable

from nicegui import ui
from nicegui.events import UploadEventArguments

from workspace.blocks.inputs import ActionValue
from workspace.page.blocks.stage import Stage
from workspace.page.tags import Tag, box
from workspace.records import File, JsonObject

_MOST_FILES = 10  # docs.slack.dev/reference/block-kit/block-elements/file-input-element: `max_files` is 1 to 10.


def draw_file_input(element: JsonObject, _before: object, changed: Callable[[ActionValue], None], stage: Stage) -> Tag:
    """Draw a button that takes files, and the names of those it has taken."""
    taken: list[File] = []
    place = box("file-input")

    async def take(event: UploadEventArguments) -> None:
        taken.append(await stage.upload(event.file.name, await event.file.read()))
        changed([file.id for file in taken])
        picker.reset()
        names.set_text(", ".join(file.name for file in taken))

    with place:
        picker = ui.upload(
            multiple=True, auto_upload=True, max_files=element.get("max_files", _MOST_FILES), on_upload=take
        )
        picker.classes("offstage")
        accepted = ",".join(f".{filetype}" for filetype in element.get("filetypes", ()))
        picker.props.set_optional("accept", accepted or None)
        choose = Tag("button", "button", stage.viewer.say("choose_file"), type="button")
        choose.on("click", js_handler=f"() => getElement({picker.id}).$refs.qRef.pickFiles()")
        names = Tag("span", "quiet")
    return place

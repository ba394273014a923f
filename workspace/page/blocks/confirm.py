"""The question before an action that can't be undone (composition object confirm)."""

from nicegui import ui

from workspace.page.blocks.text import text_html
from workspace.page.tags import Tag, box, button, written
from workspace.page.writing.viewer import Viewer
from workspace.records import JsonObject

_YES = "yes"


async def confirmed(question: JsonObject, viewer: Viewer) -> bool:
    """Ask, and return whether the person said yes.

    The question stands at the page's own level: a message that is edited meanwhile, as a job's card is every second,
    doesn't take it away.
    """
    with ui.context.client.layout, box() as place:
        dialog = ui.dialog()
    with dialog, box("modal modal-small", role="alertdialog", data_testid="confirm"):
        Tag("h2", "modal-title", question["title"]["text"])
        written(text_html(question["text"], viewer), "modal-body")
        with box("modal-foot"):
            deny = question.get("deny", {}).get("text") or viewer.say("deny")
            confirm = question.get("confirm", {}).get("text") or viewer.say("confirm")
            button("button", dialog.close, deny, data_testid="deny")
            style = question.get("style", "primary")
            button(f"button button-{style}", lambda: dialog.submit(_YES), confirm, data_testid="accept")
    is_confirmed: bool = await dialog == _YES
    if not dialog.is_deleted:
        dialog.delete()
        place.delete()
    return is_confirmed

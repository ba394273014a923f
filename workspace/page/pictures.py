"""Pictures that the page may show: uploaded to this workspace, and seen by this person."""

import base64

from workspace.errors import SlackError
from workspace.page.visit import Visit
from workspace.records import JsonObject


def picture_address(visit: Visit, image: JsonObject) -> str | None:
    """Return a data: address for an image block's uploaded picture; None where it lies on another host."""
    file_id = _file_id(visit, image)
    return data_address(visit, file_id) if file_id else None


def data_address(visit: Visit, file_id: str) -> str | None:
    """Return a data: address with a file's bytes; None where this person sees no such picture."""
    try:
        file = visit.person.file(file_id)
    except SlackError:
        return None
    content = visit.person.file_bytes.path(file.id).read_bytes()
    return f"data:{file.mimetype};base64,{base64.b64encode(content).decode()}"


def _file_id(visit: Visit, image: JsonObject) -> str | None:
    named = image.get("slack_file", {})
    if "id" in named:
        return str(named["id"])
    address = named.get("url") or image.get("image_url", "")
    for file_id in visit.viewer.state.files:
        if f"-{file_id}/" in address and address.startswith(visit.viewer.state.base_url):
            return file_id
    return None

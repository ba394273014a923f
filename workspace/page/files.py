"""Shared files: name, size, the first lines or the picture itself, and the ways to fetch or delete them."""

from html import escape

from nicegui import ui

from workspace.page.blocks.confirm import confirmed
from workspace.page.pictures import data_address
from workspace.page.tags import Tag, box, icon_button, written
from workspace.page.visit import Visit
from workspace.records import JsonObject

_PREVIEW_LINES = 4
_PREVIEW_BYTES = 2000
_BYTES_PER_UNIT = 1024


def size_text(size_bytes: float) -> str:
    """Return a size as people read it, such as 1.4 MB."""
    for unit in ("bytes", "KB", "MB"):
        if size_bytes < _BYTES_PER_UNIT:
            return f"{size_bytes:.0f} {unit}" if unit == "bytes" else f"{size_bytes:.1f} {unit}"
        size_bytes /= _BYTES_PER_UNIT
    return f"{size_bytes:.1f} GB"


def draw_files(files: list[JsonObject], visit: Visit) -> None:
    """Draw the files of a message."""
    for file in files:
        if file["mode"] == "tombstone":
            Tag("p", "file-gone quiet", visit.viewer.say("file_deleted"))
        else:
            _draw_file(file, visit)


def _draw_file(file: JsonObject, visit: Visit) -> None:
    with box("file", data_testid=f"file-{file['id']}"):
        with box("file-head"):
            ui.icon("image" if _is_picture(file) else "description").classes("file-icon")
            with box("file-name"):
                Tag("strong", "", file["name"])
                Tag("span", "quiet", f"{file['pretty_type']} · {size_text(file['size'])}")
            _draw_ways(file, visit)
        _draw_preview(file, visit)


def _draw_ways(file: JsonObject, visit: Visit) -> None:
    viewer, person = visit.viewer, visit.person

    async def download() -> None:
        ui.download.content(await person.read_file(file["id"]), file["name"])

    async def delete() -> None:
        if await confirmed(_question(file, visit), viewer):
            await visit.attempt(person.delete_file(file["id"]))

    icon_button("download", viewer.say("download", name=file["name"]), download)
    if file["user"] == person.user.id or person.user.is_admin:
        icon_button("delete_outline", viewer.say("delete_file", name=file["name"]), delete)


def _question(file: JsonObject, visit: Visit) -> JsonObject:
    """Return what is asked before a file is deleted, as a confirm object."""
    say = visit.viewer.say
    words = {
        "title": say("delete_file_title"),
        "text": say("delete_file_text", name=file["name"]),
        "confirm": say("delete"),
    }
    return {"style": "danger"} | {part: {"type": "plain_text", "text": text} for part, text in words.items()}


def _draw_preview(file: JsonObject, visit: Visit) -> None:
    if _is_picture(file):
        Tag("img", "file-picture", src=data_address(visit, file["id"]), alt=file["title"])
    elif file["mimetype"].startswith("text/"):
        with visit.person.file_bytes.path(file["id"]).open("rb") as stored:
            first_bytes = stored.read(_PREVIEW_BYTES)
        written(f"<pre>{escape(first_lines(first_bytes))}</pre>", "file-preview")


def first_lines(content: bytes) -> str:
    """Return the first lines of a text file, whatever its encoding; an ellipsis marks that there is more."""
    lines = content.decode("utf-8-sig", errors="replace").replace("\0", "").splitlines()
    more = ["…"] if len(lines) > _PREVIEW_LINES else []
    return "\n".join([*lines[:_PREVIEW_LINES], *more])


def _is_picture(file: JsonObject) -> bool:
    return file["mimetype"] in {"image/png", "image/jpeg", "image/gif", "image/webp"}

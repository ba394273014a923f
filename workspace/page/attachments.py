"""Files on their way into a message: dropped or chosen, shown as chips, and taken out again on second thoughts."""

from dataclasses import dataclass
from functools import partial

from nicegui import ui
from nicegui.events import UploadEventArguments

from workspace.page.files import size_text
from workspace.page.tags import Tag, box, icon_button
from workspace.page.visit import Visit

LARGEST_FILE_BYTES = 200 * 1024 * 1024  # Shared files are held in memory while they are stored.


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that waits in the composer and goes out with the next message."""

    name: str
    content: bytes


class Attachments:
    """Draws the waiting files where it is made, and takes new ones that are dropped anywhere on `drop_zone`."""

    def __init__(self, visit: Visit, drop_zone: Tag) -> None:
        self._visit = visit
        self.waiting: list[Attachment] = []
        self._chips = box("chips")
        self._upload = ui.upload(
            multiple=True,
            auto_upload=True,
            max_file_size=LARGEST_FILE_BYTES,
            on_upload=self._take,
            on_rejected=self._refuse,
        ).classes("offstage")
        self._accept_drops(drop_zone)

    def draw_button(self, testid: str) -> None:
        """Draw the paper clip that lets a person choose files."""
        label = self._visit.viewer.say("attach")
        clip = Tag("button", "icon-button", type="button", aria_label=label, title=label, data_testid=testid)
        clip.on("click", js_handler=f"() => {self._uploader}.pickFiles()")
        with clip:
            ui.icon("attach_file")

    def remove(self, attachment: Attachment) -> None:
        """Take a file out, because it was sent or is not to be."""
        self.waiting.remove(attachment)
        self._draw()

    @property
    def _uploader(self) -> str:
        """The browser's name for Quasar's uploader."""
        return f"getElement({self._upload.id}).$refs.qRef"

    def _accept_drops(self, zone: Tag) -> None:
        zone.set(data_drop=self._visit.viewer.say("drop_here"))
        for event, is_over in (("dragover", "true"), ("dragleave", "false")):
            mark = f"event.currentTarget.classList.toggle('dropping', {is_over})"
            zone.on(event, js_handler=f"(event) => {{ event.preventDefault(); {mark}; }}")
        drop = f"""(event) => {{
            event.preventDefault();
            event.currentTarget.classList.remove('dropping');
            {self._uploader}.addFiles(event.dataTransfer.files);
        }}"""
        zone.on("drop", js_handler=drop)

    async def _take(self, event: UploadEventArguments) -> None:
        self.waiting.append(Attachment(event.file.name, await event.file.read()))
        self._upload.reset()
        self._draw()

    def _refuse(self) -> None:
        limit = size_text(LARGEST_FILE_BYTES)
        self._visit.notify(self._visit.viewer.say("file_too_big", limit=limit))

    def _draw(self) -> None:
        self._chips.clear()
        with self._chips:
            for attachment in self.waiting:
                with box("chip", data_testid="staged-file"):
                    ui.icon("description")
                    Tag("strong", "", attachment.name)
                    Tag("span", "quiet", size_text(len(attachment.content)))
                    label = self._visit.viewer.say("remove_file", name=attachment.name)
                    icon_button("close", label, partial(self.remove, attachment))

"""What an assistant app shows around a conversation: what it is doing, and what one could ask."""

from collections.abc import Sequence
from functools import partial

from workspace.page.composer import Composer
from workspace.page.tags import Tag, box, button
from workspace.page.visit import Visit
from workspace.records import JsonObject


class Assistance:
    """Draws an app's status and suggested prompts for a conversation, or for one of its threads."""

    def __init__(self, visit: Visit, thread_ts: str | None, composer: Composer) -> None:
        self._visit = visit
        self._thread_ts = thread_ts
        self._composer = composer
        self._column = box("assistance", aria_live="polite")
        self.refresh()

    def refresh(self) -> None:
        """Draw what the app has set last."""
        self._column.clear()
        with self._column:
            self._draw_status()
            self._draw_prompts()

    def _draw_status(self) -> None:
        """Say what the app is doing in this thread, or beside a conversation in any of its threads."""
        statuses = self._visit.viewer.state.thread_statuses
        names = ", ".join(app.name for app in self._visit.person.apps())
        for (channel_id, thread_ts), told in statuses.items():
            is_here = channel_id == self._visit.channel_id and self._thread_ts in {None, thread_ts}
            if is_here and told["status"]:
                Tag("p", "status quiet", f"{names} {told['status']}")

    def _draw_prompts(self) -> None:
        title, prompts = self._prompts()
        if not prompts:
            return
        title = title or self._visit.viewer.say("suggested_prompts")
        with box("prompts", role="group", aria_label=title):
            Tag("span", "quiet", title)
            for prompt in prompts:
                button("button button-small", partial(self._composer.send, prompt["message"]), prompt["title"])

    def _prompts(self) -> tuple[str, Sequence[JsonObject]]:
        """Return what the app set here; in its direct message the manifest's prompts until it has set any."""
        told = self._visit.viewer.state.suggested_prompts.get((self._visit.channel_id, self._thread_ts))
        if told:
            return told["title"], told["prompts"]
        app = self._visit.app_in(self._visit.channel)
        return "", app.suggested_prompts if app and self._thread_ts is None else ()

"""What an assistant app shows around a conversation: what it is doing, and what one could ask."""

from functools import partial

from workspace.page.composer import Composer
from workspace.page.tags import Tag, box, button
from workspace.page.visit import Visit


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
        state = self._visit.viewer.state
        if self._thread_ts is None:
            return
        told = state.thread_statuses.get((self._visit.channel_id, self._thread_ts), {})
        if told.get("status"):
            names = ", ".join(app.name for app in self._visit.person.apps())
            Tag("p", "status quiet", self._visit.viewer.say("is_typing", app=names, status=told["status"]))

    def _draw_prompts(self) -> None:
        viewer = self._visit.viewer
        told = viewer.state.suggested_prompts.get((self._visit.channel_id, self._thread_ts), {})
        if not told.get("prompts"):
            return
        with box("prompts", role="group", aria_label=viewer.say("suggested_prompts")):
            Tag("span", "quiet", told.get("title") or viewer.say("suggested_prompts"))
            for prompt in told["prompts"]:
                button("button button-small", partial(self._composer.write, prompt["message"]), prompt["title"])

"""The panel at the right: one message and its replies."""

from workspace.changes import Change
from workspace.page.assistance import Assistance
from workspace.page.composer import Composer
from workspace.page.conversation import MessageList
from workspace.page.tags import Handler, Tag, box, icon_button
from workspace.page.visit import Visit


class ThreadPanel:
    """Draws a thread where it is made; raises SlackError when its first message is gone."""

    def __init__(self, visit: Visit, thread_ts: str, close: Handler) -> None:
        replies = visit.person.replies(visit.channel_id, thread_ts)
        viewer, name = visit.viewer, visit.name_of(visit.channel)
        self.thread_ts = thread_ts
        panel = Tag("section", "panel thread", aria_label=viewer.say("thread_in", name=name), data_testid="thread")
        with panel:
            with Tag("header", "panel-head"):
                Tag("h2", "", viewer.say("thread"))
                Tag("span", "quiet", name)
                icon_button("close", viewer.say("close"), close, "push-right", data_testid="close-thread")
            with box("panel-body"):
                with box("scroller", tabindex="0"), box("scrolled"):
                    self.messages = MessageList(visit.channel_id, visit, None)
                    ephemerals = visit.person.ephemerals(visit.channel_id)
                    self.messages.fill([*replies, *(one for one in ephemerals if one.thread_ts == thread_ts)])
                helped = box()
                composer = Composer(visit, viewer.say("write_reply"), panel, thread_ts)
                with helped:
                    self._assistance = Assistance(visit, thread_ts, composer)

    def hear(self, _: Change) -> None:
        """Follow what happens around the replies."""
        self._assistance.refresh()

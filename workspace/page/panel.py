"""The middle of the page: a conversation's head, its messages (or an app's Home), and the composer."""

from functools import partial

from workspace.changes import Change, ChangeKind
from workspace.page.assistance import Assistance
from workspace.page.composer import Composer
from workspace.page.conversation import MessageList
from workspace.page.home import HomeTab
from workspace.page.message import OpenThread
from workspace.page.tags import Tag, box, button
from workspace.page.visit import Visit
from workspace.records import App


class ConversationPanel:
    """Draws the open conversation where it is made."""

    def __init__(self, visit: Visit, open_thread: OpenThread) -> None:
        self._visit = visit
        self._channel = visit.channel
        self._app = visit.app_in(self._channel)
        label = visit.viewer.say("conversation", name=visit.name_of(self._channel))
        self._panel = Tag("section", "panel", aria_label=label, data_testid="conversation")
        with self._panel:
            self._head = Tag("header", "panel-head")
            self._draw_head()
            self._body = box("panel-body")
            with self._body:
                self._draw_body(open_thread)
            self._home = HomeTab(visit, self._app) if self._app else None

    def hear(self, change: Change) -> None:
        """Follow what happens around the messages."""
        if change.kind is ChangeKind.MEMBER_JOINED:
            self._draw_head()
            self._draw_invitations()
        elif change.kind is ChangeKind.HOME_PUBLISHED and self._home:
            self._home.refresh()
        else:
            self._assistance.refresh()

    def _draw_body(self, open_thread: OpenThread) -> None:
        visit, channel = self._visit, self._channel
        with box("scroller", tabindex="0"), box("scrolled"):
            key = "beginning_of_dm" if channel.is_im else "beginning_of_channel"
            Tag("p", "beginning", visit.viewer.say(key, name=visit.name_of(channel)))
            self.messages = MessageList(channel.id, visit, open_thread)
            unthreaded = [message for message in visit.person.ephemerals(channel.id) if not message.thread_ts]
            self.messages.fill([*visit.person.messages(channel.id), *unthreaded])
        self._invitations, helped = box("invitations"), box()
        self._draw_invitations()
        composer = Composer(visit, visit.viewer.say("write_to", name=visit.name_of(channel)), self._panel)
        with helped:
            self._assistance = Assistance(visit, None, composer)

    def _draw_head(self) -> None:
        self._head.clear()
        viewer = self._visit.viewer
        with self._head:
            Tag("h1", "", self._visit.name_of(self._channel))
            if self._app:
                self._draw_tabs(self._app)
            elif not self._channel.is_im:
                count = len(self._channel.member_ids)
                Tag("span", "quiet", viewer.say("one_member") if count == 1 else viewer.say("members", count=count))

    def _draw_tabs(self, app: App) -> None:
        tabs: dict[str, Tag] = {}

        async def select(chosen: str) -> None:
            for name, tab in tabs.items():
                tab.set(aria_selected="true" if name == chosen else "false")
            self._body.set_visibility(chosen == "messages")
            if self._home:
                self._home.column.set_visibility(chosen == "home")
            await self._visit.attempt(self._visit.person.open_home(app.id, chosen))

        with box("tabs", role="tablist"):
            for name in ("messages", "home"):
                label = self._visit.viewer.say(f"{name}_tab")
                tabs[name] = button("tab", partial(select, name), label, role="tab", data_testid=f"tab-{name}")
                tabs[name].set(aria_selected="true" if name == "messages" else "false")

    def _draw_invitations(self) -> None:
        """Offer to invite each app that is not in this channel yet: before that, it hears nothing of it."""
        self._invitations.clear()
        if self._channel.is_im:
            return
        viewer, person = self._visit.viewer, self._visit.person
        absent = [app for app in person.apps() if app.bot_user_id not in self._channel.member_ids]
        with self._invitations:
            for app in absent:
                with box("invitation"):
                    Tag("span", "", viewer.say("invite_app", app=app.name))
                    label = viewer.say("invite_app_button", app=app.name)
                    button(
                        "button button-small",
                        partial(self._invite, app),
                        label,
                        data_testid=f"invite-{app.name}",
                    )

    async def _invite(self, app: App) -> None:
        await self._visit.attempt(self._visit.person.invite(self._channel.id, app.bot_user_id))

"""NiceGUI below the workspace's own server: one page at a time in a process, any number one after the other."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Protocol

from fastapi import FastAPI
from nicegui import Client, ui
from nicegui import app as nicegui_app

from workspace.errors import SlackError
from workspace.page.layout import draw
from workspace.page.looked import Looked, liveliest
from workspace.page.visit import Visit
from workspace.page.writing.viewer import Viewer
from workspace.people import Person
from workspace.state import State

_STYLE = (Path(__file__).parent / "style.css").read_text()
_SCRIPT = Template((Path(__file__).parent / "browser.js").read_text())
_ICON = (Path(__file__).parent / "icon.svg").read_text()


class Workspace(Protocol):
    """What the page needs of a workspace."""

    @property
    def state(self) -> State:
        """The whole workspace, for names and files; what a person may see is asked of the person."""

    def person(self, name: str) -> Person:
        """Return the person with this handle."""


def mount(app: FastAPI, workspace: Workspace) -> None:
    """Serve the page at `/`, and at the permalinks of messages, of an app whose other routes are there already, started and stopped along with it.

    NiceGUI keeps one set of pages a process, so a later mount replaces an earlier one.
    """
    _configure()
    pages = _Pages(workspace)
    ui.page("/")(pages.home)
    ui.page("/archives/{channel}/{place}")(pages.permalink)
    app.mount("/", nicegui_app)
    started_before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(outer: FastAPI) -> AsyncIterator[Any]:
        async with nicegui_app.router.lifespan_context(nicegui_app), started_before(outer) as state:
            yield state

    app.router.lifespan_context = lifespan


@cache
def _configure() -> None:
    """Configure NiceGUI, once in a process: `run_with` can't be called again after its application has served.

    The application it is given is of no use beyond that, for each workspace brings its own.
    """
    ui.run_with(FastAPI(), title="Workspace", favicon=_ICON, tailwind=False, show_welcome_message=False)


class _Pages:
    """The page at each of its addresses."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._looked = Looked()

    def home(self, client: Client, person: str = "ada", channel: str = "", thread: str = "") -> None:
        """Open on a conversation, or on the one with the newest message."""
        self._draw(client, self._person(person), channel, thread)

    def permalink(self, client: Client, channel: str, place: str, person: str = "ada", thread_ts: str = "") -> None:
        """Open what chat.getPermalink leads to: /archives/C123/p1800000000000100, with ?thread_ts= for a reply."""
        reader = self._person(person)
        self._draw(client, reader, channel, thread_ts or _thread_at(reader, channel, place))

    def _person(self, name: str) -> Person:
        users = self._workspace.state.users.values()
        is_known = any(user.name == name and not user.is_bot for user in users)
        return self._workspace.person(name if is_known else "ada")

    def _draw(self, client: Client, person: Person, channel_id: str, thread_ts: str) -> None:
        viewer = Viewer(self._workspace.state, person.user.id)
        is_seen = any(channel.id == channel_id for channel in person.channels())
        opened = channel_id if is_seen else liveliest(person)
        facts = {"now": viewer.state.now, "locale": viewer.locale, "person": person.user.name}
        ui.add_css(_STYLE)
        ui.add_head_html('<base target="_blank">')  # Links in messages open beside the page, not in its place.
        ui.add_head_html(f"<script>{_SCRIPT.substitute(facts=json.dumps(facts))}</script>")
        visit = Visit(person, viewer, client, self._looked, opened, thread_ts or None)
        draw(visit, client)
        if channel_id and not is_seen:
            visit.notify(viewer.say("no_such_conversation"))


def _thread_at(person: Person, channel_id: str, place: str) -> str:
    """Return the thread in which a permalink's message stands or which it began; none of a message without replies."""
    digits = place.removeprefix("p")
    ts = f"{digits[:-6]}.{digits[-6:]}"
    try:
        message = person.message(channel_id, ts)
    except SlackError:
        return ""
    return message.thread_ts or (ts if person.state.replies(channel_id, ts) else "")

"""NiceGUI below the workspace's own server: one page at a time in a process, any number one after the other."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from fastapi import FastAPI
from nicegui import Client, ui
from nicegui import app as nicegui_app

from workspace.page.layout import draw
from workspace.page.visit import Visit
from workspace.page.writing.viewer import Viewer
from workspace.people import Person
from workspace.state import State

_STYLE = (Path(__file__).parent / "style.css").read_text()
_ICON = (Path(__file__).parent / "icon.svg").read_text()


class Workspace(Protocol):
    """What the page needs of a workspace."""

    @property
    def state(self) -> State:
        """The whole workspace, for names and files; what a person may see is asked of the person."""

    def person(self, name: str) -> Person:
        """Return the person with this handle."""


def mount(app: FastAPI, workspace: Workspace) -> None:
    """Serve the page at `/` of an app whose other routes are there already, started and stopped along with it.

    NiceGUI keeps one set of pages a process, so a later mount replaces an earlier one.
    """
    _configure()
    ui.page("/")(_page_of(workspace))
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


def _page_of(workspace: Workspace) -> Callable[..., None]:
    def page(client: Client, person: str = "ada", channel: str = "", thread: str = "") -> None:
        ui.add_css(_STYLE)
        ui.add_head_html('<base target="_blank">')  # Links in messages open beside the page, not in its place.
        draw(_visit(workspace, client, person, channel, thread), client)

    return page


def _visit(workspace: Workspace, client: Client, name: str, channel_id: str, thread_ts: str) -> Visit:
    state = workspace.state
    known = name if any(user.name == name and not user.is_bot for user in state.users.values()) else "ada"
    person = workspace.person(known)
    seen = [channel.id for channel in person.channels()]
    opened = channel_id if channel_id in seen else seen[0]
    return Visit(person, Viewer(state, person.user.id), client, opened, thread_ts or None)

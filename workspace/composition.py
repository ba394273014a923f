"""One workspace put together: its state, its files, its limits and its ways to people and apps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom
from time import time

from workspace.delivery.delivery import Delivery, Pace
from workspace.delivery.signed_http import SignedHttp
from workspace.delivery.sockets import Sockets
from workspace.file_bytes import FileBytes
from workspace.ids import Clock, Ids
from workspace.interactions.interactions import Interactions
from workspace.interactions.response_urls import ResponseUrls
from workspace.interactions.triggers import Triggers
from workspace.limits import RateLimits
from workspace.manifest import install, read_manifest
from workspace.people import Person
from workspace.records import App
from workspace.state import State
from workspace.uploads import Uploads
from workspace.world import marvellous


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen about a workspace; tests hold clock and chance still and shorten the waiting."""

    clock: Clock = time
    random: Random | None = None
    pace: Pace = field(default_factory=Pace)
    limits_scale: float = 1.0
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that the Web API, the people's endpoints and the page work with."""

    state: State
    file_bytes: FileBytes
    uploads: Uploads
    limits: RateLimits
    sockets: Sockets
    delivery: Delivery
    interactions: Interactions

    def person(self, name: str) -> Person:
        """Return the person with this handle; KeyError for nobody and for bots."""
        user = self.state.user_named(name)
        if user.is_bot:
            raise KeyError(name)
        return Person(user, self.state, self.file_bytes, self.interactions)

    def install(self, manifest: Path | Mapping[str, object], request_url: str | None = None) -> App:
        """Install an app from its manifest; ManifestError when that can't be."""
        return install(self.state, read_manifest(manifest), request_url)


def compose(folder: Path, settings: Settings) -> Workspace:
    """Make a workspace that keeps its files in `folder`."""
    ids = Ids(settings.clock, settings.random or SystemRandom())
    state = marvellous(ids)
    if settings.language:
        _speak(state, settings.language)
    sockets = Sockets(ids)
    delivery = Delivery(state, sockets, SignedHttp(ids), settings.pace)
    return Workspace(
        state=state,
        file_bytes=FileBytes(folder / "files"),
        uploads=Uploads(ids),
        limits=RateLimits(settings.clock, settings.limits_scale),
        sockets=sockets,
        delivery=delivery,
        interactions=Interactions(state, delivery, Triggers(ids), ResponseUrls(ids)),
    )


def _speak(state: State, language: str) -> None:
    """Give everyone the locale of one language."""
    for user in state.users.values():
        user.locale = {"en": "en-US", "zh": "zh-CN"}[language]

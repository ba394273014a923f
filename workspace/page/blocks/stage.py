"""Where blocks stand (a message, a modal, a Home tab) and what happens when a person uses them there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from nicegui import ui

from workspace.blocks.inputs import ActionValue, Values
from workspace.page.writing.viewer import Viewer
from workspace.records import File, JsonObject

Act = Callable[[str, ActionValue | None, str], Awaitable[None]]
Picture = Callable[[JsonObject], str | None]
Upload = Callable[[str, bytes], Awaitable[File]]


@dataclass(slots=True)
class Stage:
    """What block renderers need beside the block.

    `act(action_id, value, block_id)` carries a click or choice to the app. `picture` gives the address from which the
    page may load an image block's picture, None for one on another host. `upload(filename, content)` stores a file for a
    file_input. `values` holds what inputs begin with,
    `entered` what the person put into them since, both as block_id -> action_id.
    """

    viewer: Viewer
    act: Act
    picture: Picture
    upload: Upload
    values: Values = field(default_factory=dict)
    entered: dict[str, dict[str, ActionValue | None]] = field(default_factory=dict)
    faults: dict[str, ui.label] = field(default_factory=dict)

    def keep(self, block_id: str, action_id: str, value: ActionValue | None) -> None:
        """Remember what the person entered, until the view is submitted."""
        self.entered.setdefault(block_id, {})[action_id] = value

    def begins_with(self, block_id: str, element: JsonObject) -> JsonObject:
        """Return the state an input is drawn with, in the shape of Slack's `state.values`."""
        return self.values.get(block_id, {}).get(element["action_id"], {})

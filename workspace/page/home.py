"""The Home tab of an app: what it published for this person."""

from workspace.blocks.inputs import ActionValue
from workspace.page.blocks import BlockStack, Stage
from workspace.page.pictures import picture_address
from workspace.page.tags import Tag, box
from workspace.page.visit import Visit
from workspace.records import App


class HomeTab:
    """Draws an app's Home where it is made, hidden until its tab is chosen."""

    def __init__(self, visit: Visit, app: App) -> None:
        self._visit = visit
        self._app = app
        self.column = box("home", data_testid="home")
        self.column.set_visibility(False)
        with self.column:
            self._empty = Tag("p", "beginning", visit.viewer.say("home_empty", app=app.name))
            self._stage = Stage(
                visit.viewer, self._act, lambda image: picture_address(visit, image), visit.person.upload
            )
            self._blocks = BlockStack(self._stage)
        self.refresh()

    def refresh(self) -> None:
        """Draw what is published now."""
        view = self._visit.person.home(self._app.id)
        self._empty.set_visibility(view is None)
        if view:
            self._stage.values = view.values
            self._blocks.show(view.definition["blocks"])

    async def _act(self, action_id: str, value: ActionValue | None, block_id: str) -> None:
        view = self._visit.person.home(self._app.id)
        if view:
            person = self._visit.person
            await self._visit.attempt(person.click_in_view(view.id, action_id, value, block_id))

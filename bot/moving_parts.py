"""The rooms of the move, made once from the parts below them: for the bot, and for the command line."""

from collections.abc import Callable
from datetime import datetime

from bot.stores import Stores
from handlers.announcements import Announcements
from handlers.move_announcements import MoveAnnouncements
from handlers.people import People
from handlers.reports import Reports
from storage.leases import Lease
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import Parts
from tuning.jobs.jobs import Jobs
from tuning.jobs.moves import Moves
from tuning.models import Models
from tuning.moving.data import OldData
from tuning.moving.mover import Mover, Steps, ViewerOf
from tuning.moving.moving import Moving
from tuning.moving.sampling import Sampling
from tuning.moving.side_by_side import SideBySide
from tuning.providers.gateways import Gateways
from tuning.texts import Texts


class MovingParts:
    """What people ask about moves, what does the work, and what tells of it."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts below.
        self,
        stores: Stores,
        gateways: Gateways,
        datasets: Datasets,
        parts: Parts,
        models: Models,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self.stores, self.gateways, self.datasets, self.parts = stores, gateways, datasets, parts
        self.clock, self.wake = clock, wake
        ways = Moves(stores.jobs, models)
        self.moving = Moving(stores.moves, models, datasets, ways, stores.audits, clock, wake)

    def announce(self, announcements: Announcements, reports: Reports, people: People) -> None:
        """Have the changes of moves told in Slack."""
        tells = MoveAnnouncements(self.moving, reports, self.stores.deliveries, people, self.clock)
        announcements.others["move"] = tells.announce

    def mover(self, jobs: Jobs, texts: Texts, lease: Lease, viewer_of: ViewerOf) -> Mover:
        stores = self.stores
        steps = Steps(
            moves=stores.moves,
            models=stores.models,
            jobs=jobs,
            data=OldData(stores.jobs, self.datasets, self.parts, self.gateways),
            sampling=Sampling(stores.moves, self.datasets, stores.files, self.gateways, self.clock),
            side_by_side=SideBySide(stores.datasets, stores.files, self.gateways, texts, self.clock),
            viewer_of=viewer_of,
        )
        return Mover(steps, lease, self.clock, self.wake)

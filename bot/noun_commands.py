"""What is typed and pressed about jobs, models and the provider's account, put together from the use cases below."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.slack import Slack
from bot.stores import Stores
from handlers.account_commands import AccountCommands
from handlers.announcements import Announcements
from handlers.asker import Commands
from handlers.job_commands import JobCommands
from handlers.model_commands import ModelCommands
from handlers.move_commands import MoveCommands
from tuning.jobs.account import Account
from tuning.jobs.jobs import Jobs
from tuning.jobs.pausing import Pausing
from tuning.jobs.serving import Serving
from tuning.models import Models
from tuning.moving.moving import Moving
from tuning.providers.gateways import Gateways


@dataclass(frozen=True, slots=True)
class NounCommands:
    """The commands of three nouns, which lean on each other: `jobs all` and `models all` are the account's lists."""

    stores: Stores
    gateways: Gateways
    jobs: Jobs
    models: Models
    moving: Moving
    announcements: Announcements
    slack: Slack
    clock: Callable[[], datetime]
    wake: Callable[[], None]

    def tables(self) -> list[Commands]:
        """One table a noun."""
        stores, client = self.stores, self.slack.client
        whole = Account(self.gateways, stores.jobs, stores.models, self.models, stores.audits, self.clock, self.wake)
        account = AccountCommands(whole, client, self.gateways.titles)
        serving = Serving(stores.jobs, stores.models, stores.datasets, self.gateways, self.clock, self.wake)
        return [
            JobCommands(self.jobs, self.jobs.datasets, self.announcements, Pausing(self.jobs), account.jobs).table(),
            ModelCommands(self.models, self.jobs, serving, account.models, client, self.slack.bot_user_id).table(),
            account.table(),
            MoveCommands(self.moving, client, list(self.gateways.titles)).table(),
        ]

"""What somebody who knows nothing yet is answered: the first words, and the guide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handlers.asker import Asker, Commands
from handlers.blocks.example import LISTED, example_choice
from handlers.blocks.greeting import greeting
from handlers.blocks.guide import guide
from handlers.blocks.kit import Content
from handlers.channels import Channels
from tuning.guide import guide_facts
from tuning.providers.gateways import Gateways


@dataclass(frozen=True, slots=True)
class WelcomeCommands:
    channels: Channels
    gateways: Gateways
    bot_user_id: str
    clock: Callable[[], datetime]

    def table(self) -> Commands:
        return Commands(typed={"": self.first_words}, pressed={"welcome.guide": self.guide, LISTED: self.examples})

    async def first_words(self, asker: Asker, _: str) -> Content:
        """What we do and the ways on; where we aren't, how to let us in."""
        channel_id = asker.place.channel_id
        if not channel_id or await self.channels.reaches_us(channel_id):
            return greeting(asker.voice)
        return greeting(asker.voice, how_to_let_us_in(asker, self.bot_user_id))

    async def examples(self, asker: Asker, _: str) -> Content:
        """An example for every use."""
        return example_choice(asker.voice)

    async def guide(self, asker: Asker, _: str) -> Content:
        """Should we fine-tune at all? With prices at the providers that are set up here."""
        titles = {gateway.profile.name: gateway.title for gateway in self.gateways}
        return guide(asker.voice, guide_facts(titles, self.clock().date()))


def how_to_let_us_in(asker: Asker, bot_user_id: str) -> str:
    """For a place where we aren't: how to invite us, or where else to go."""
    channel_id, bot = asker.place.channel_id, f"<@{bot_user_id}>"
    if channel_id.startswith("D"):
        return asker.voice("first.elsewhere", bot=bot)
    return asker.voice("first.invite", channel=f"<#{channel_id}>", bot=bot)

"""The composition root: the only place where the floors meet, opened from the settings and closed again."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from bot.application import Application
from bot.composition import Composition
from bot.provider_settings import gateway_of
from bot.settings import Settings
from bot.slack import connect_slack
from bot.stores import open_stores
from tuning.providers.gateways import Gateways
from tuning.texts import Texts


@asynccontextmanager
async def build(settings: Settings, texts: Texts | None = None) -> AsyncIterator[Application]:
    """Open everything that the settings name and put it together.

    Args:
        texts: what is said in the place of the catalogues' sentences.

    Raises:
        DatabaseUnavailable: the database doesn't answer.
        SlackApiError: Slack doesn't take the bot token.
        WrongSettings: the team's channel is none that the bot can post to.
    """
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(settings))
        session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
        slack = await connect_slack(settings, session)
        gateways = Gateways(list(map(gateway_of, settings.providers)))
        stack.push_async_callback(gateways.close)
        yield Composition(settings, stores, slack, gateways, session, texts).application()

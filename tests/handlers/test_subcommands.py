"""What the commands answer to whoever asked."""

from dataclasses import replace

from handlers.language import Voice
from handlers.subcommands import Asker, Subcommands
from storage.models import ModelStore
from tests.handlers.blocks.samples import model
from tests.tuning.house import House
from tuning.models import Models


async def test_how_to_ask_names_the_bot_as_this_workspace_does(client, workspace, tenant, database, texts):
    store, bot_user_id = ModelStore(database), workspace.credentials.bot_user_id
    await store.add(replace(model(), tenant=tenant))
    # Of the other parts this answer asks nothing.
    subcommands = Subcommands(None, Models(store, None, None), None, None, client, bot_user_id)
    asker = Asker(replace(House.viewer, tenant=tenant), Voice(texts, "en"), House.place)

    content = await subcommands.how_to_ask(asker, "ft:smol:marv")

    assert f"with <@{bot_user_id}> `marv` and your question" in content.text

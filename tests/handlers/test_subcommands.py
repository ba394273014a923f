"""What the commands answer to whoever asked."""

from dataclasses import replace

import pytest

from handlers.advice_commands import AdviceCommands
from handlers.approval_commands import ApprovalCommands
from handlers.asker import Asker, Commands
from handlers.blocks.greeting import SUBCOMMANDS
from handlers.dataset_commands import DatasetCommands
from handlers.estimate_commands import EstimateCommands
from handlers.job_commands import JobCommands
from handlers.kept_datasets import KeptDatasets
from handlers.language import Voice
from handlers.model_commands import ModelCommands
from handlers.move_commands import MoveCommands
from handlers.requests import read_request
from handlers.revision_commands import RevisionCommands
from handlers.subcommands import Subcommands
from handlers.version_commands import VersionCommands
from handlers.welcome_commands import WelcomeCommands
from storage.models import ModelStore
from tests.handlers.blocks.samples import model
from tests.tuning.house import House
from tuning.models import Models
from tuning.texts import LANGUAGES


async def test_how_to_ask_names_the_bot_as_this_workspace_does(client, workspace, tenant, database, texts):
    store, bot_user_id = ModelStore(database), workspace.credentials.bot_user_id
    await store.add(replace(model(), tenant=tenant))
    commands = ModelCommands(Models(store, None, None, None), None, None, None, client, bot_user_id)
    asker = Asker(replace(House.viewer, tenant=tenant), Voice(texts, "en"), House.place)

    content = await commands.how_to_ask(asker, "ft:smol:marv")

    assert f"with <@{bot_user_id}> `marv` and your question" in content.text


def test_two_nouns_cannot_claim_the_same_word():
    async def answer(asker, text): ...

    with pytest.raises(ValueError, match="status"):
        Subcommands.of([Commands(typed={"status": answer}), Commands(typed={"status": answer})])


def test_help_explains_every_command_that_can_be_typed():
    tables = [
        JobCommands(None, None, None, None, None).table(),
        ModelCommands(None, None, None, None, None, "").table(),
        DatasetCommands(None).table(),
        RevisionCommands(None, None, None, None).table(),
        EstimateCommands(None, None).table(),
        VersionCommands(None, None, None, None, None).table(),
        KeptDatasets(None, None, None, None, None, None).table(),
        ApprovalCommands(None).table(),
        MoveCommands(None, None, ()).table(),
        WelcomeCommands(None, None, "", None).table(),
        AdviceCommands(None, None).table(),
    ]

    assert Subcommands.of(tables).typed.keys() == {"", *SUBCOMMANDS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typed", "nearest"), [("frobnicate", ""), ("advice", "advise")])
async def test_an_unknown_word_gets_one_sentence_and_the_way_to_help(texts, language, typed, nearest):
    asker = Asker(House.viewer, Voice(texts, language), House.place)

    content = await Subcommands.of([]).answer(asker, read_request(typed))

    sentence, doors = content.blocks
    assert sentence["text"]["text"] == content.text
    assert f"`{typed}`" in content.text
    assert (f"`{nearest}`" in content.text) is bool(nearest)
    assert [door["action_id"] for door in doors["elements"]] == ["help.show"]

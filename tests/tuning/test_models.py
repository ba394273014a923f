import asyncio
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from storage.rows import DatasetFormat, Model, Tenant
from tuning.access import Actor
from tuning.errors import ModelNotFound, NotAllowed, ProviderUnavailable

DELETE = "DELETE /models/{id:path}"


@pytest.fixture
async def model(house):
    stored = Model(
        id="ft:smol:us:marv:1",
        tenant=house.tenant,
        name="marv",
        provider="trainer",
        job_id="job_1",
        base_model="smol",
        owner_id="U1",
        place=house.place,
        format=DatasetFormat.CHAT,
        system_prompt="Marv's here.",
        prompt_separator="",
        completion_stop="",
        created_at=house.now,
    )
    await house.model_store.add(stored)
    return stored


async def test_a_mistyped_name_is_answered_with_the_near_one(house, model):
    with pytest.raises(ModelNotFound, match="Did you mean marv"):
        await house.models.find(house.viewer, "marvv")


async def test_a_model_of_another_team_does_not_exist(house, model):
    with pytest.raises(ModelNotFound):
        await house.models.find(replace(house.viewer, tenant=Tenant("T2")), "marv")


async def test_deleting_reaches_the_provider_and_the_list(house, host, model):
    await house.models.delete(house.viewer, "marv")

    assert host.calls == [DELETE]
    (audit,) = await house.audits.recent(house.tenant)
    assert (audit.actor_id, audit.action, audit.subject) == ("U1", "delete", "model:ft:smol:us:marv:1")
    assert await house.models.recent(house.viewer) == []
    assert await house.models.named(house.viewer, "marv") is None


async def test_a_model_stays_while_its_provider_is_away(house, host, answers, model):
    host.then(DELETE, answers.refusal(503))

    with pytest.raises(ProviderUnavailable):
        await house.models.delete(house.viewer, "marv")

    assert await house.models.recent(house.viewer) == [model]


async def test_only_the_owner_and_administrators_delete(house, host, model):
    with pytest.raises(NotAllowed):
        await house.models.delete(replace(house.viewer, actor=Actor("U2")), "marv")

    assert host.calls == []


@pytest.mark.parametrize("format_", [DatasetFormat.CHAT, DatasetFormat.PROMPT_COMPLETION])
@pytest.mark.parametrize("language", ["python", "curl"])
async def test_a_snippet_runs_as_it_stands_and_holds_no_key(house, host, model, language, format_):
    model = replace(model, format=format_, prompt_separator="\n###\n", completion_stop=" END")
    snippet = house.models.snippet(model)[language]
    command = [sys.executable, "-c", snippet] if language == "python" else ["bash", "-c", snippet]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "OPENAI_API_KEY": "sk-mine"}
    )
    said, complaints = await process.communicate()

    assert process.returncode == 0, complaints.decode()
    assert "An answer." in said.decode()
    assert "sk-" not in snippet
    assert host.asked[0]["model"] == model.id
    if format_ is DatasetFormat.CHAT:
        assert host.asked[0]["messages"][0] == {"role": "system", "content": "Marv's here."}
    else:
        assert host.asked[0]["prompt"].endswith("\n###\n")
        assert host.asked[0]["stop"] == " END"

"""What a probe says about a key, without creating anything."""

from datetime import date

import pytest

from tuning.providers.probe import Ability, Verdict, probe
from tuning.providers.profiles import AZURE, NEBIUS, OPENAI
from tuning.texts import LANGUAGES, Texts

TODAY = date(2026, 11, 22)
LISTS = {"GET /models", "GET /files", "GET /fine_tuning/jobs"}


def verdicts(probed):
    return {finding.ability: finding.verdict for finding in probed.findings}


async def test_a_key_that_may_list_everything_still_is_not_said_to_be_allowed_to_create(connect, host):
    probed = await probe(connect(OPENAI, key="k"), TODAY)

    assert verdicts(probed) == {
        Ability.MODELS: Verdict.YES,
        Ability.FILES: Verdict.YES,
        Ability.JOBS: Verdict.YES,
        Ability.CREATE: Verdict.UNKNOWN,
    }
    assert probed.is_fine
    assert set(host.calls) == LISTS
    assert len(host.calls) == len(LISTS)
    last = probed.sentences(Texts.load(), "en")[-1]
    assert last == ("OpenAI: whether the key may start a job is not known until start. New jobs end on 2027-01-06.")


async def test_after_the_last_day_of_a_closing_provider_no_job_can_be_started(connect):
    probed = await probe(connect(OPENAI, key="k"), date(2027, 1, 6))

    assert verdicts(probed)[Ability.CREATE] is Verdict.NO
    assert not probed.is_fine


@pytest.mark.parametrize(
    ("status", "verdict", "code"),
    [
        (401, Verdict.NO, "unauthorised"),
        (403, Verdict.NO, "forbidden"),
        (404, Verdict.NO, "missing"),
        (429, Verdict.UNKNOWN, "unanswered"),
        (400, Verdict.UNKNOWN, "unanswered"),
        (503, Verdict.UNKNOWN, "unanswered"),
    ],
)
async def test_each_refusal_of_a_list_is_told_for_what_it_is(connect, host, answers, status, verdict, code):
    host.then("GET /files", answers.refusal(status))

    files = (await probe(connect(NEBIUS, key="k"), TODAY)).findings[1]

    assert (files.ability, files.verdict, files.code) == (Ability.FILES, verdict, f"probe.files.{code}")


async def test_a_web_page_and_a_closed_organisation_are_told_too(connect, host, answers):
    host.then("GET /models", answers.html)
    host.then("GET /fine_tuning/jobs", answers.refusal(403, "training_not_available"))

    models, _, jobs, create = (await probe(connect(AZURE, key="k"), TODAY)).findings

    assert (models.code, jobs.code, create.code) == ("probe.models.confused", "probe.jobs.closed", "probe.create.no")


async def test_of_a_provider_that_is_away_nothing_is_claimed(connect):
    probed = await probe(connect(NEBIUS, key="k", base_url="http://127.0.0.1:9/v1"), TODAY)

    assert set(verdicts(probed).values()) == {Verdict.UNKNOWN}
    assert probed.is_fine
    for language in LANGUAGES:
        assert all("Nebius" in sentence for sentence in probed.sentences(Texts.load(), language))


def test_every_ability_has_every_sentence_that_may_be_said_of_it():
    said = {"yes", "unauthorised", "forbidden", "missing", "confused", "closed", "unanswered"}
    expected = {f"probe.{ability}.{how}" for ability in list(Ability)[:3] for how in said}

    assert expected <= Texts.load().keys("en")

"""Every check of the doctor, done side by side."""

import asyncio
import difflib
import os
from collections.abc import Iterable
from pathlib import Path

import aiohttp
from dotenv import dotenv_values

from bot.doctor.of_slack import SlackDoctor
from bot.doctor.of_the_machine import MachineDoctor
from bot.doctor.of_the_provider import signs_of_the_provider
from bot.doctor.signs import Sign, State, good, of_setting, unknown
from bot.provider_settings import ConfiguredProvider
from bot.settings import Settings
from bot.wrong_settings import WrongSettings, variable_of

_OURS = "TUNESMITH_"


async def examine() -> list[Sign]:
    """Look at the settings, and with those that are right at everything they name."""
    try:
        settings, problems = Settings.examined()
    except WrongSettings as error:
        return [of_setting(problem) for problem in error.problems]
    wrong = {problem.setting for problem in problems}
    sound = set(Settings.model_fields) - wrong
    async with aiohttp.ClientSession(trust_env=True) as session:
        looked_at = await asyncio.gather(
            SlackDoctor(settings, session).signs(sound),
            MachineDoctor(settings).signs(),
            _of_the_provider(settings, wrong),
        )
    of_settings = [of_setting(problem) for problem in problems] or [good("settings")]
    return [*of_settings, *_misspelt(), *(sign for signs in looked_at for sign in signs)]


async def _of_the_provider(settings: Settings, wrong: Iterable[str]) -> list[Sign]:
    sound = [one for one in settings.providers if not any(setting.endswith(_settings_of(one)) for setting in wrong)]
    named = {"provider", "further_providers"} & set(wrong)
    looked_at = await asyncio.gather(*(signs_of_the_provider(one) for one in sound if not named))
    return [sign for signs in looked_at for sign in signs]


def _settings_of(provider: ConfiguredProvider) -> tuple[str, ...]:
    """What the settings of a provider's address and key end with, its own and those of the first provider.

    With any of them wrong it is not asked: a key would go to another address than it was meant for.
    """
    return tuple(f"{name}_{what}" for name in {provider.prefix, provider.name} for what in ("url", "key", "api_key"))


def _misspelt() -> list[Sign]:
    """What looks like a setting of ours and is none."""
    known = [variable_of(Settings, name) for name in Settings.model_fields]
    named = {*os.environ, *(dotenv_values(".env") if Path(".env").is_file() else ())}
    signs = []
    for name in sorted(named):
        if name.startswith(_OURS) and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            if near:
                signs.append(unknown("settings", "misspelt", name=name, near=near[0]))
    return signs


def is_well(signs: Iterable[Sign]) -> bool:
    return all(sign.state is not State.BAD for sign in signs)

"""Whether a provider answers, and what our key may do there."""

from datetime import UTC, datetime
from typing import Final

from bot.doctor.signs import Sign, State, bad
from bot.provider_settings import ConfiguredProvider
from tuning.providers.connection import Patience
from tuning.providers.gateway import Gateway
from tuning.providers.probe import Ability, Finding, Verdict, probe
from tuning.providers.profiles import PROFILES

_CALL_SECONDS: Final = 10
_STATES: Final = {Verdict.YES: State.GOOD, Verdict.NO: State.BAD, Verdict.UNKNOWN: State.UNKNOWN}


async def signs_of_the_provider(provider: ConfiguredProvider) -> list[Sign]:
    """Ask for its lists, which costs nothing: one line an ability, and one for all where all fail alike.

    None of them prevents the start: a provider may be away for a while, and what was trained elsewhere goes on.
    """
    patience = Patience(connect_seconds=_CALL_SECONDS, call_seconds=_CALL_SECONDS)
    gateway = Gateway(PROFILES[provider.name], base_url=provider.url, key=provider.key, patience=patience)
    try:
        findings = (await probe(gateway, datetime.now(UTC).date())).findings
    finally:
        await gateway.close()
    asked = [finding for finding in findings if finding.ability is not Ability.CREATE]
    reasons = {finding.code.rpartition(".")[2] for finding in asked}
    if reasons == {"unanswered"}:
        return [_all(gateway, "away", provider.url_variable)]
    if reasons == {"unauthorised"}:
        return [_all(gateway, "refused", provider.key_variable)]
    return list(map(_sign, findings))


def _all(gateway: Gateway, key: str, variable: str) -> Sign:
    return bad("provider", key, provider=gateway.title, url=gateway.base_url, variable=variable)


def _sign(finding: Finding) -> Sign:
    # That only a start can tell is nothing for an operator to look into.
    is_fine = finding.ability is Ability.CREATE and finding.verdict is Verdict.UNKNOWN
    state = State.GOOD if is_fine else _STATES[finding.verdict]
    return Sign("provider", state, finding.code, dict(finding.parameters))

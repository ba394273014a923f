"""`tunesmith migrate`: the tuned models of an account that closes, moved from a terminal."""

import asyncio
import sys
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.executors import AlreadyRunning
from bot.migration.listing import old_models
from bot.migration.rooms import open_rooms
from bot.migration.run import Migration, Wish
from bot.migration.telling import Telling
from bot.migration.written import write_down
from bot.os_reasons import os_reason
from bot.settings import Settings
from bot.terminal import COULD_NOT_RUN, DONE, REFUSED, Format, FormatOption, LanguageOption, Terminal, today
from bot.wrong_settings import WrongSettings
from storage.errors import StorageError
from storage.rows import Model, MoveState
from tuning.authority import Policy
from tuning.errors import UserFacingError
from tuning.prices import price_of
from tuning.providers.profiles import PROFILES

_FOLDER: Final = Path("tunesmith-move")
_EXPECTED: Final = (WrongSettings, UserFacingError, AlreadyRunning, StorageError, OSError)
"""What whoever runs it can put right; anything else is a fault of ours and keeps its traceback."""


def migrate(  # noqa: PLR0913 - every option of the command line is an argument.
    *,
    source: Annotated[str, typer.Option("--from")] = "openai",
    target: Annotated[str, typer.Option("--to")] = "",
    model: Annotated[list[str] | None, typer.Option()] = None,
    base: Annotated[str, typer.Option()] = "",
    epochs: Annotated[int, typer.Option(min=0, max=50)] = 0,
    cap_usd: Annotated[str, typer.Option()] = "",
    prompts: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    budget: Annotated[str, typer.Option()] = "",
    accept_terms: Annotated[bool, typer.Option("--accept-terms")] = False,
    served: Annotated[list[str] | None, typer.Option(metavar="NAME=DEPLOYMENT")] = None,
    folder: Annotated[Path, typer.Option(metavar="DIR")] = _FOLDER,
    output: FormatOption = Format.TEXT,
    lang: LanguageOption = "",
) -> None:
    """Move the tuned models of an account: fetch their data, train again elsewhere, compare old with new.

    Providers and keys are read from the settings, as for `tunesmith run`. Stopped at any point, the same command
    goes on and pays nothing twice. Exit codes: 0 all were moved; 1 some were not; 2 it could not run.
    """
    terminal = Terminal.of(lang, output)
    asked = Asked(
        source, target, frozenset(model or ()), base, epochs or None, prompts, accept_terms, tuple(served or ())
    )
    commanded = _Commanded(terminal, asked, folder, _amount(terminal, cap_usd), _amount(terminal, budget))
    try:
        code = asyncio.run(commanded.run())
    except (*_EXPECTED, ExceptionGroup) as error:
        for sentence in _sentences(terminal, folder, _first(error)):
            typer.echo(sentence, err=True)
        raise typer.Exit(COULD_NOT_RUN) from None
    raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that are about the move itself."""

    source: str
    target: str
    models: frozenset[str]
    base_model: str
    n_epochs: int | None
    prompts: Path | None
    are_terms_accepted: bool
    served: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Commanded:
    """What the command line asked for, and where it is told."""

    terminal: Terminal
    asked: Asked
    folder: Path
    cap_usd: Decimal | None
    budget: Decimal | None

    async def run(self) -> int:
        settings = self._settings()
        policy = self._policy(settings)
        if self.asked.prompts is not None and not self.asked.prompts.is_file():
            self._stop(self.terminal.say("migrate.no_prompts_file", file=str(self.asked.prompts)))
        self.folder.mkdir(parents=True, exist_ok=True)
        texts = self.terminal.texts
        async with open_rooms(settings, self.folder, policy, texts) as rooms:
            telling = Telling(self.terminal, rooms.gateways.titles, rooms.models.today())
            olds = await old_models(rooms, self.asked.source, self.asked.models)
            known = {name for old in olds for name in (old.model.id, old.job.provider_job_id)}
            if unknown := self.asked.models - known:
                telling.unknown(self.asked.source, unknown)
                return COULD_NOT_RUN
            if not olds or not self.asked.target:
                telling.plan(olds, self.asked.source)
                return DONE
            for named in self.asked.served:
                name, _, deployment = named.partition("=")
                await rooms.serving.register(rooms.viewer, name, deployment)
            wish = self._wish(telling)
            async with rooms.at_work():
                moves = await Migration(rooms, wish).run(olds)
            for old, move in moves:
                telling.outcome(old, move, await write_down(rooms, self.folder, move, old.model) if move else None)
        telling.summary(moves)
        return DONE if all(move and move.state is MoveState.DONE for _, move in moves) else REFUSED

    def _settings(self) -> Settings:
        """The settings with both providers among those that are set up."""
        settings, _ = Settings.examined()
        named = [name for name in (self.asked.source, self.asked.target) if name]
        for name in named:
            if name not in PROFILES:
                known = ", ".join(PROFILES)
                self._stop(self.terminal.say("check.unknown_provider", provider=name, known=known))
        further = (*settings.further_providers, *named)
        settings = settings.model_copy(update={"further_providers": further})
        prefixes = {one.prefix for one in settings.providers if one.name in named}
        problems = [one for one in settings.missing_of_providers() if one.setting.rpartition("_")[0] in prefixes]
        if problems:
            raise WrongSettings(problems)
        return settings

    def _policy(self, settings: Settings) -> Policy:
        """Nothing that costs money starts without a cap, for nobody else is there to approve it."""
        cap_usd = self.cap_usd if self.cap_usd is not None else settings.job_cap_usd
        if self.asked.target and cap_usd is None and not _is_free(self.asked.target):
            self._stop(
                self.terminal.say("migrate.no_cap", provider=PROFILES[self.asked.target].title or self.asked.target)
            )
        return Policy((), True, cap_usd, settings.month_cap_usd)  # noqa: FBT003 - `does_everybody_start`.

    def _wish(self, telling: Telling) -> Wish:
        asked = self.asked

        def are_terms_accepted(model: Model) -> bool:
            telling.terms(model)
            if asked.are_terms_accepted:
                return True
            return sys.stdin.isatty() and typer.confirm(self.terminal.say("migrate.terms.accept"), err=True)

        return Wish(
            asked.target,
            asked.base_model,
            asked.n_epochs,
            asked.prompts,
            self.budget,
            are_terms_accepted,
            telling.state,
            telling.cap,
        )

    def _stop(self, sentence: str) -> None:
        self.terminal.fail(sentence, COULD_NOT_RUN)


def _is_free(provider: str) -> bool:
    price = price_of(provider, "", today())
    return price is not None and price.training == 0


def _amount(terminal: Terminal, text: str) -> Decimal | None:
    """An amount as it was typed; a sentence and the end where it is none."""
    if not text:
        return None
    try:
        amount = Decimal(text.lstrip("$"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        terminal.fail(terminal.say("migrate.no_amount", given=text), COULD_NOT_RUN)
    return amount


def _sentences(terminal: Terminal, folder: Path, error: Exception) -> list[str]:
    """What went wrong and what to do."""
    match error:
        case WrongSettings():
            return error.sentences(terminal.texts, terminal.language)
        case UserFacingError():
            return [terminal.say(f"errors.{error.code}", **error.parameters)]
        case AlreadyRunning():
            return [terminal.say("migrate.already_running", folder=str(folder))]
        case OSError():
            reason = os_reason(terminal.texts, terminal.language, error)
            return [terminal.say("migrate.folder", folder=str(error.filename or folder), reason=reason)]
        case _:
            return [terminal.say("migrate.folder", folder=str(folder), reason=str(error))]


def _first(error: Exception) -> Exception:
    """The fault itself, out of the groups in which tasks that run together report it."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, _EXPECTED):
        raise error
    return error

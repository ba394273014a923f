"""What a migration tells at the terminal: the plan, each state, the note on the terms, and what came of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.migration.listing import Old
from bot.migration.written import Written
from bot.terminal import Terminal
from storage.rows import Job, Model, Move, MoveState
from tuning.datasets.findings import Finding
from tuning.datasets.wording import Wording
from tuning.ends import End, Source
from tuning.moving.results import judged
from tuning.moving.side_by_side import QUESTIONS
from tuning.moving.terms import terms_key
from tuning.moving.words import told_comparison


@dataclass(frozen=True, slots=True)
class Telling:
    """Sentences for people; JSON at the end for pipelines."""

    terminal: Terminal
    titles: Mapping[str, str]
    """Every provider that is set up, and its name in sentences."""
    today: date

    def plan(self, olds: Sequence[Old], provider: str) -> None:
        """What there is to be moved, and where to, each with its own end."""
        say, tell = self.terminal.say, self.terminal.tell
        heading = say("migrate.plan", n=len(olds), provider=self._title(provider))
        tell(heading if olds else say("migrate.plan.empty", provider=self._title(provider)))
        for old in olds:
            tell(say("migrate.plan.model", name=old.model.name, id=old.model.id, end=self._end(old.plan.end)))
            tell(f"  {say('migrate.file.there' if old.has_file else 'migrate.file.gone', job=old.job.provider_job_id)}")
            for target in old.plan.targets:
                way = say("moving.way", base=target.base_model, provider=target.title)
                tell(f"  → {way} · {self._end(target.end)} · --to {target.provider}")
        if olds:
            tell(say("moves.questions", n=QUESTIONS))
            tell(say("migrate.plan.next"))
        self.terminal.give({"models": [self._planned(old) for old in olds]})

    def unknown(self, provider: str, names: Collection[str]) -> None:
        """What was asked for and isn't there."""
        named = ", ".join(sorted(names))
        told = self.terminal.say("migrate.unknown_model", provider=self._title(provider), names=named)
        self.terminal.tell(told, err=True)

    def state(self, model: Model, move: Move) -> None:
        state = self.terminal.say(f"moves.state.{move.state.value}")
        self.terminal.tell(f"{model.name}: {state}", err=True)

    def cap(self, model: Model, job: Job) -> None:
        usd = "?" if job.estimated_usd is None else f"{job.estimated_usd:.2f}"
        self.terminal.tell(self.terminal.say("migrate.over_cap", name=model.name, usd=usd), err=True)

    def terms(self, model: Model) -> None:
        note = self.terminal.say(terms_key(model.provider), provider=self._title(model.provider))
        self.terminal.tell(f"{model.name}: {note}", err=True)

    def outcome(self, old: Old, move: Move | None, written: Written | None) -> None:
        """One model: what became of it, where its files are, and the two lines that change."""
        say, tell = self.terminal.say, self.terminal.tell
        name = old.model.name
        if move is None or written is None:
            tell(say("migrate.no_way", name=name))
            return
        tell(f"{name}: {self._became(move)}")
        if written.data:
            tell(f"  {say('migrate.data', file=str(written.data))}")
        if written.comparison and move.comparison:
            n = len(move.comparison["questions"])
            tell(f"  {say('migrate.comparison', file=str(written.comparison), n=n)}")
            for sentence in told_comparison(self.terminal.texts, self.terminal.language, move.comparison):
                tell(f"  {sentence}")
        if written.lines and move.state is MoveState.DONE:
            tell(f"  {say('moves.lines')}\n\n{written.lines}\n")

    def summary(self, moves: Sequence[tuple[Old, Move | None]]) -> None:
        done = sum(move is not None and move.state is MoveState.DONE for _, move in moves)
        self.terminal.tell(self.terminal.say("migrate.summary", done=done, n=len(moves)))
        self.terminal.give(
            {
                "models": [
                    {
                        "old": old.model.id,
                        "state": move.state.value if move else None,
                        "error": move.error_code if move else "",
                        "verdict": _verdict_of(move),
                    }
                    for old, move in moves
                ]
            }
        )

    def _became(self, move: Move) -> str:
        say = self.terminal.say
        if move.state is MoveState.NEEDS_PROMPTS:
            return say("migrate.needs_prompts")
        if move.state is MoveState.DEPLOYING:
            return say("migrate.deploy")
        if move.state is not MoveState.FAILED:
            return say(f"moves.state.{move.state.value}")
        named = {name: value for name, value in move.error_parameters.items() if name != "findings"}
        wording = Wording(self.terminal.texts, self.terminal.language)
        faults = [Finding(**one) for one in move.error_parameters.get("findings", [])]
        told = [say(f"errors.{move.error_code}", **named), *(wording.message(one) for one in faults)]
        return " ".join(told)

    def _planned(self, old: Old) -> dict[str, Any]:
        return {
            "id": old.model.id,
            "job": old.job.provider_job_id,
            "has_training_file": old.has_file,
            "stops_on": old.plan.end.on.isoformat() if old.plan.end.on else None,
            "ways": [
                {
                    "provider": target.provider,
                    "base": target.base_model,
                    "stops_on": target.end.on.isoformat() if target.end.on else None,
                }
                for target in old.plan.targets
            ],
        }

    def _end(self, end: End) -> str:
        say = self.terminal.say
        if end.on is None:
            return say("ends.none" if end.source is Source.LIST else "ends.unknown")
        source = say(f"ends.source.{end.source}")
        if end.on <= self.today:
            return say("ends.over", date=end.on.isoformat(), source=source)
        days = say("ends.days", n=(end.on - self.today).days)
        return say("ends.on", date=end.on.isoformat(), days=days, source=source)

    def _title(self, provider: str) -> str:
        return self.titles.get(provider, provider)


def _verdict_of(move: Move | None) -> dict[str, Any] | None:
    found = judged(move.comparison) if move and move.comparison else None
    return {**asdict(found), "difference": found.difference} if found else None

"""`tunesmith advise`: whether, how and on what to train a file, each piece of advice with its rule and source."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.file_commands.trainable import trainable_report
from bot.terminal import DONE, Format, FormatOption, LanguageOption, Terminal, today
from tuning.advice.base_models import Candidate, Priced
from tuning.advice.pieces import Advice, Use
from tuning.advice.plan import Offered, Plan, plan
from tuning.advice.wording import AdviceWording
from tuning.datasets.estimates import estimates
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.datasets.wording import Wording
from tuning.jobs.methods import BUILT


def advise(
    file: Annotated[Path, typer.Argument()],
    provider: Annotated[str, typer.Option(metavar="NAME")] = "",
    use: Annotated[Use | None, typer.Option()] = None,
    output: FormatOption = Format.TEXT,
    lang: LanguageOption = "",
) -> None:
    """Say whether, by which method, on which base model and with what to train on a file, and why.

    Exit codes: 0 said; 1 there is no example in the file that could be trained on; 2 the file could not be read.
    """
    terminal = Terminal.of(lang, output)
    providers = [terminal.provider(provider).id] if provider else list(PROVIDER_FACTS)
    report = trainable_report(terminal, file)
    found = estimates(report, providers, today())
    priced = [Priced(one.provider, one.offer.model, one.offer.usd, one.is_exact) for one in found]
    titles = {name: facts.name for name, facts in PROVIDER_FACTS.items()}
    made = plan(report, Offered(priced, titles, BUILT), use, (), today())
    wording = AdviceWording(terminal.texts, terminal.language)
    if output is Format.TEXT:
        _show(terminal, wording, made)
    pieces = [wording.described(piece) for piece in made.pieces()]
    models = [_as_json(wording, one) for one in made.models]
    uneven = [Wording(terminal.texts, terminal.language).described(one) for one in made.evenness.findings]
    given = {"file": str(file), "examples": report.examples, "advice": pieces, "models": models, "uneven": uneven}
    terminal.give(given)
    raise typer.Exit(DONE)


def _show(terminal: Terminal, wording: AdviceWording, made: Plan) -> None:
    findings = Wording(terminal.texts, terminal.language)

    def part(name: str, pieces: Sequence[Advice], lines: Sequence[str] = ()) -> None:
        terminal.tell(terminal.say(f"advise.part.{name}"))
        for line in lines:
            terminal.tell(f"   • {line}")
        for piece in pieces:
            terminal.tell(f"   {wording.sentence(piece)}\n     ({wording.source(piece)})")
        terminal.tell("")

    part("whether", [made.whether])
    terminal.tell(f"   {terminal.say('advise.in_slack')}\n")
    part("method", made.method)
    part("models", [made.suggested], [_line(wording, one) for one in made.models])
    part("hyperparameters", made.hyperparameters)
    part("data", [made.amount, made.evenness.advice])
    for finding in made.evenness.findings:
        terminal.tell(f"   • {finding.code} {findings.message(finding)} {findings.fix(finding)}")
    for piece in filter(None, (made.split, made.curve)):
        terminal.tell(f"   {wording.sentence(piece)}\n     ({wording.source(piece)})")


def _line(wording: AdviceWording, one: Candidate) -> str:
    facts = [wording.good_for(one), wording.price(one), wording.minimum(one), wording.end(one)]
    return f"{one.priced.provider} · {one.priced.model}: {' · '.join(facts)}"


def _as_json(wording: AdviceWording, one: Candidate) -> dict[str, Any]:
    return {
        "provider": one.priced.provider,
        "model": one.priced.model,
        "good_for": wording.good_for(one),
        "usd": None if one.priced.usd is None else str(one.priced.usd),
        "is_exact": one.priced.is_exact,
        "minimum_examples": one.minimum_examples,
        "shuts_down_on": one.shuts_down_on.isoformat() if one.shuts_down_on else None,
        "obstacle": one.obstacle,
    }

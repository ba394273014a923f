"""All advice on a dataset on one page: whether, how, on which base, with what, and on how much."""

from collections.abc import Sequence
from typing import Final

from handlers.blocks.findings import finding_line
from handlers.blocks.kit import Block, Content, actions, button, context, header, section, sections
from handlers.language import Voice
from handlers.mrkdwn import escape, quoted_name
from tuning.advice.base_models import Candidate
from tuning.advice.pieces import Advice
from tuning.advice.wording import AdviceWording
from tuning.datasets.fixes.fixing import FIXABLE
from tuning.trials.trials import Advised

TRY: Final = "advise.try"
"""The button that opens the form for a prompt; the value is the dataset's id."""
PLAN: Final = "advise.plan"
"""The button that shows this page; the value is the dataset's id."""

_MOST_MODELS: Final = 8
_MOST_FINDINGS: Final = 4


def advice_page(voice: Voice, advised: Advised) -> Content:
    """Every piece of advice with its rule and source, and the next steps as buttons."""
    plan = advised.plan
    title = voice("advise.title", name=advised.dataset.name)
    uneven = [finding_line(voice, finding) for finding in plan.evenness.findings[:_MOST_FINDINGS]]
    models = [_line(voice, one) for one in plan.models[:_MOST_MODELS]]
    left = len(plan.models) - _MOST_MODELS
    models += [voice("report.more_models", n=left)] if left > 0 else []
    blocks: list[Block] = [
        header(title),
        *_part(voice, "whether", [plan.whether]),
        *_part(voice, "method", plan.method),
        *_part(voice, "models", [plan.suggested], models),
        *_part(voice, "hyperparameters", plan.hyperparameters),
        *_part(voice, "data", [plan.amount, plan.evenness.advice], (), uneven),
        *_told(voice, [plan.split, *([plan.curve] if plan.curve else [])]),
    ]
    if not advised.report.is_ready:
        file, n = quoted_name(advised.version.file_name), advised.report.things_to_fix
        blocks.insert(1, section(f"❌ {voice('report.not_ready', file=file, n=n)}"))
    return Content(title, (*blocks, actions(_buttons(voice, advised))))


def _part(
    voice: Voice, name: str, pieces: Sequence[Advice], before: Sequence[str] = (), after: Sequence[str] = ()
) -> list[Block]:
    heading = [f"*{voice(f'advise.part.{name}')}*", *before]
    return [*sections(heading), *_told(voice, pieces), *sections(after)]


def _told(voice: Voice, pieces: Sequence[Advice]) -> list[Block]:
    """The sentences, and below them in small letters the rules and where these come from."""
    wording = AdviceWording(voice.texts, voice.language)
    sentences = [escape(wording.sentence(piece)) for piece in pieces]
    return [*sections(sentences), context("\n".join(escape(wording.source(piece)) for piece in pieces))]


def _line(voice: Voice, one: Candidate) -> str:
    wording = AdviceWording(voice.texts, voice.language)
    facts = [wording.good_for(one), wording.price(one), wording.minimum(one), wording.end(one)]
    provider = voice.providers.get(one.priced.provider) or one.priced.provider
    return f"• {escape(provider)} · {quoted_name(one.priced.model)}: {' · '.join(facts)}"


def _buttons(voice: Voice, advised: Advised) -> list[Block]:
    """First what leads on: repairing, then trying, then starting."""
    dataset_id, report = advised.dataset.id, advised.report
    buttons = []
    if not report.is_ready and any(tally.code in FIXABLE for tally in report.tallies):
        buttons.append(button(voice("fixes.open"), "datasets.fixes", advised.version.id, style="primary"))
    if report.is_ready:
        label = "advise.try.again" if advised.trial else "advise.try"
        buttons.append(button(voice(label), TRY, dataset_id, style="" if advised.trial else "primary"))
        start = "advise.start.anyway" if advised.plan.whether.rule != "A103" else "report.start"
        buttons.append(button(voice(start), "jobs.start", dataset_id))
    return [*buttons, button(voice("first.guide"), "welcome.guide")]

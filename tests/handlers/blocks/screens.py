"""Everything that the bot can show, built once in a given language: whoever adds a screen adds it here."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from handlers.blocks import (
    approvals,
    conversion,
    dataset_list,
    example,
    fixes,
    greeting,
    guide,
    home,
    lists,
    milestones,
)
from handlers.blocks import start_job_modal as form
from handlers.blocks.account import with_account
from handlers.blocks.advice import advice_page
from handlers.blocks.comparison import comparison
from handlers.blocks.dataset_report import being_checked, dataset_report
from handlers.blocks.digest import digest_message
from handlers.blocks.estimate import estimate_page
from handlers.blocks.job_card import HELD_UP, Watched, job_card
from handlers.blocks.learning_curve import learning_curve
from handlers.blocks.move_modal import OfferForm, offer_modal
from handlers.blocks.start_job_modal import Choice
from handlers.blocks.test_part import test_part
from handlers.blocks.token_preview import token_page
from handlers.blocks.trial import being_tried, trial_page
from handlers.blocks.trial_modal import TrialForm, trial_modal
from handlers.blocks.usage import usage
from handlers.blocks.versions import difference_page, made_of, version_list
from handlers.errors import explanation, incident
from handlers.language import Voice
from storage.rows import Audit, DatasetFormat, Job, JobStatus
from tests.handlers.blocks.samples import (
    NOW,
    TENANT,
    account_pages,
    dataset,
    listed,
    model,
    move_pages,
    plain_job,
    version,
)
from tests.handlers.blocks.test_advice import advised, trial
from tests.handlers.blocks.test_dataset_report import BROKEN, READY, checked, quote
from tests.handlers.blocks.test_fixes import DEFECTS
from tests.tuning.test_errors import SAMPLES
from tuning.advice.pieces import Use as Purpose
from tuning.authority import Hurdle, Reason
from tuning.datasets.convert.conversion import propose
from tuning.datasets.differences import differences
from tuning.datasets.estimates import estimates
from tuning.datasets.fixes.fixing import FIXABLE, fix
from tuning.datasets.provider_facts import OPENAI, PROVIDER_FACTS
from tuning.datasets.removal import AtProvider, Removed, Use
from tuning.datasets.token_preview import previews
from tuning.datasets.versions import Known, Lineage
from tuning.digest import Digest, Period
from tuning.ends import End, Source
from tuning.errors import CannotConvert, ProviderBusy
from tuning.guide import guide_facts
from tuning.jobs.calibration import Calibration
from tuning.jobs.curves import Curves, Point
from tuning.jobs.expiry import EXPIRED
from tuning.jobs.learning_curve import Outcome
from tuning.trials.trials import Askable

CURVES = Curves([Point(1, 2.0), Point(2, 1.0)], [Point(2, 1.5)], [Point(2, 1.0)])
_TABLE = "id,question,answer\n" + "1,Q?,A.\n" * 3
_ACTIONS = (
    "start",
    "ask",
    "approve",
    "lapse",
    "decline",
    "refuse",
    "cancel",
    "delete",
    "expire",
    "import",
    "move",
    "accept_terms",
    "decline_terms",
)


def known_job(**changes: object) -> Job:
    job = plain_job(
        fine_tuned_model="ft:smol:marv",
        step=3,
        total_steps=9,
        training_loss=1.5,
        validation_loss=1.7,
        estimated_usd=Decimal(3),
        estimated_tokens=10_000,
        trained_tokens=9_000,
        estimated_finish_at=NOW + timedelta(minutes=3),
        started_at=NOW - timedelta(minutes=3),
        hyperparameters={"n_epochs": "auto", "batch_size": 2},
    )
    return replace(job, **changes)


def screens(voice: Voice) -> Iterator[object]:
    """Messages and views; each of a message's states that has words of its own."""
    for part in (_jobs, _models, _approvals, _datasets, _advice, _versions, _doors, _forms):
        yield from part(voice)


def _jobs(voice: Voice) -> Iterator[object]:
    for status in JobStatus:
        job = known_job(status=status, finished_at=NOW if status.is_final else None)
        yield job_card(voice, Watched(job, CURVES, NOW))
        yield from (milestones.milestone(voice, job), milestones.team_notice(voice, job), lists.job_list(voice, [job]))
    for code in sorted(HELD_UP):
        late = known_job(error_code=code, last_heard_at=NOW - timedelta(days=2))
        yield job_card(voice, Watched(late, CURVES, NOW, model_deleted_at=NOW))
    preferring = known_job(request=replace(plain_job().request, method="dpo"))
    yield job_card(voice, Watched(preferring, replace(CURVES, pairs_won=0.9), NOW))
    yield milestones.milestone(voice, plain_job(status=JobStatus.FAILED, provider_job_id=""))
    yield from (learning_curve(voice, Outcome([(25, None), (50, 2.0), (100, loss)])) for loss in (1.0, 2.0, None))
    lapsed = known_job(status=JobStatus.CANCELLED, error_code=EXPIRED)
    yield from (milestones.milestone(voice, lapsed), job_card(voice, Watched(lapsed, CURVES, NOW)))
    closed = known_job(status=JobStatus.FAILED, error_code="training_not_available")
    yield job_card(voice, Watched(closed, CURVES, NOW, providers={"openai": "OpenAI"}))
    yield from (lists.job_list(voice, []), lists.event_list(voice, known_job(), []))
    asked = {"question": "1?", "base": "2", "tuned": "3", "expected": "4"}
    demo = known_job(request=replace(plain_job().request, base_model="smollm2-135m"))
    for source in ("validation", "general"):
        yield comparison(voice, demo, {"questions": [asked], "source": source})
    unready = {"questions": [asked], "source": "general", "error_code": "model_not_ready"}
    yield comparison(voice, demo, unready | {"error_parameters": {"model": "ft:smol"}})
    ended = (known_job(status=JobStatus.SUCCEEDED), plain_job(status=JobStatus.FAILED))
    ends = [(model(), End(NOW.date(), Source.MODEL))]
    digest = Digest(Period(NOW - timedelta(days=7), NOW), ended, (known_job(),))
    yield digest_message(voice, digest, ends, NOW.date())


def _models(voice: Voice) -> Iterator[object]:
    page = lists.model_list(voice, listed([replace(model(), base_model="smol")] * 6))
    yield from (page, with_account(voice, page, "models.all"), lists.model_list(voice, listed([])))
    yield from (lists.delete_question(voice, model()), usage(voice, model(), {"python": "", "curl": ""}))
    yield from account_pages(voice)
    yield from move_pages(voice, "smol")
    yield from (
        offer_modal(voice, OfferForm("1", "marv", "openai", "OpenAI", unit, [Choice("1", "marv")]))
        for unit in ("usd", "tokens")
    )


def _approvals(voice: Voice) -> Iterator[object]:
    job = known_job(status=JobStatus.AWAITING_APPROVAL)
    for reason in Reason:
        yield approvals.approval_request(voice, job, Hurdle(reason, Decimal(41), Decimal(20), Decimal(3)))
    yield approvals.approval_request(voice, job, Hurdle(Reason.PRICE_UNKNOWN, None))
    yield approvals.approval_reminder(voice, job, 3)
    audits = [Audit(TENANT, action, "U2", action, "job:1", NOW, {"name": "marv", "usd": "1"}) for action in _ACTIONS]
    for decision in (*(one for one in audits if one.action in {"approve", "decline", "lapse"}), None):
        yield approvals.decided_request(voice, job, decision)
    yield from (approvals.awaiting_list(voice, jobs, may_decide=True) for jobs in ([], [job] * 12))
    yield from (approvals.audit_list(voice, known) for known in ([], audits))


def _datasets(voice: Voice) -> Iterator[object]:
    quotes = [quote(usd) for usd in (None, Decimal(0), Decimal(1))]
    for content in (READY, READY + b"{1", b"", b"PK\x03\x04", _TABLE.encode()):
        yield dataset_report(voice, checked(content, *quotes))
    table = replace(checked(_TABLE.encode()), obstacle=CannotConvert("empty"))
    yield from (
        dataset_report(voice, table),
        being_checked(voice, "marv.jsonl"),
        being_checked(voice, "marv.jsonl", 40),
    )
    known, faulty = checked(READY), checked(b"\n".join([*DEFECTS, b""]))
    changes = fix([b"\n".join([*DEFECTS, b""])], FIXABLE, OPENAI, io.BytesIO()).changes
    page = fixes.fix_page(voice, faulty.version, changes)
    yield from (page, fixes.to_read(page), fixes.fix_page(voice, known.version, ()))
    bills = [Calibration("openai", 2, 0.9, 1.0, 1.1)]
    yield estimate_page(voice, known.version, known.report, estimates(known.report, PROVIDER_FACTS, NOW.date()), bills)
    yield token_page(voice, known.version, known.report, previews([READY], DatasetFormat.CHAT, 60, "o200k_base"))
    with TemporaryDirectory() as folder:
        path = Path(folder, "a")
        path.write_text(_TABLE, encoding="utf-16")
        yield from (conversion.proposal_lines(voice, propose(path, "a.csv")), conversion.convert_button(voice, "1"))
    shelved = (dataset(), version())
    yield dataset_list.dataset_list(voice, [shelved], [(dataset(), replace(version(), is_ready=False))], 3)
    yield dataset_list.dataset_list(voice, [], [], 0)
    holder = (replace(dataset(), name="smol"), version())
    use = Use(dataset(), (version(),), (known_job(),), (model(),), (holder,))
    yield from (dataset_list.removal_question(voice, use), dataset_list.file_gone_question(voice, use))
    files = [AtProvider("file-1", "OpenAI"), AtProvider("file-1", ""), AtProvider("file-1", "OpenAI", is_kept=True)]
    files.append(AtProvider("file-1", "OpenAI", ProviderBusy("OpenAI")))
    yield dataset_list.removed(voice, Removed(dataset(), 2, tuple(files), use.jobs, use.models, use.holders))
    yield dataset_list.gone(voice, dataset(), NOW)


def _advice(voice: Voice) -> Iterator[object]:
    for content, use, marks in ((READY * 5, None, ()), (BROKEN, Purpose.TONE, [True] * 10), (b"", None, ())):
        yield advice_page(voice, advised(content, use, marks))
    failed = {"error_code": "model_not_ready", "error_parameters": {"model": "smol"}}
    for tried in (trial("2", **failed), trial("2", marks=[True] * 10), replace(trial("2"), outcome={})):
        yield from (trial_page(voice, dataset(), tried), being_tried(voice, dataset(), tried))
    models = [Askable("azure", "smol", "Azure", usd) for usd in (None, Decimal(0), Decimal(1))]
    yield trial_modal(voice, TrialForm({}, "marv", models, "2"))


def _versions(voice: Voice) -> Iterator[object]:
    first, part = version(), replace(version(), id="ds_1-v1-test-80-0", origin="split:test", parent_id="ds_1-v1")
    made = [replace(first, origin=origin, parent_id="ds_1-v0") for origin in ("fix", "convert", "filter", "merge")]
    known = [Known(one, ("smol",), 1, (known_job(),)) for one in (first, *made)]
    yield version_list(voice, dataset(), known * 3)
    rows = [b'{"messages": [{"role": "user", "content": "%d"}]}\n' % number for number in range(3)]
    for new in (rows[0] + rows[2], rows[0] + rows[1]):
        yield difference_page(voice, first, made[0], differences(lambda: [rows[0] + rows[1]], lambda new=new: [new]))
    yield made_of(voice, model(), Lineage(dataset(), (made[0], first)))
    yield test_part(voice, dataset(), part, first)


def _doors(voice: Voice) -> Iterator[object]:
    yield from (greeting.greeting(voice), greeting.help_page(voice))
    yield from (example.example_root(voice, "U1", "marv.jsonl"), example.put_elsewhere(voice, "<https://a|marv>"))
    yield from (example.already_there(voice, dataset(), "<https://a|marv>"), example.example_choice(voice))
    facts = guide_facts({"openai": "OpenAI"}, NOW.date())
    yield from (guide.guide(voice, facts), guide.guide(voice, replace(facts, prices=())))
    yield from (*(explanation(voice, error) for error in SAMPLES), incident(voice, "1"))
    endings = [End(NOW.date(), Source.MODEL), End(None, Source.LIST), End(None, Source.UNKNOWN)]
    full = home.AtHome(
        [(dataset(), version()), (dataset(), replace(version(), is_ready=False))],
        [known_job()],
        [(replace(model(), base_model="smol"), ending) for ending in endings],
        [known_job(status=JobStatus.AWAITING_APPROVAL)],
        may_decide=True,
        spent_usd=Decimal(3),
        cap_usd=Decimal(10),
        closing=[("OpenAI", NOW.date())],
        today=NOW.date(),
    )
    empty = replace(full, datasets=[], running=[], models=[], awaiting=[], cap_usd=None, closing=[])
    yield from (home.home(voice, full), home.home(voice, empty), home.closed_home(voice))


def _forms(voice: Voice) -> Iterator[object]:
    choices = [form.Choice("1", "marv")]
    shown = form.StartForm({}, choices, "1", choices, choices, "1", {"n_epochs": "3"}, "1", is_foreign=True)
    view = form.start_job_modal(voice, shown)
    again = replace(shown, is_foreign=False, needs_approval=True, validation="portion:20:25")
    yield from (view, form.start_job_modal(voice, again))
    yield form.repriced(voice, view, form.Priced("1", is_foreign=True, method="dpo"))
    yield from (form.loading_modal(voice), form.notice_modal(voice, "1"))

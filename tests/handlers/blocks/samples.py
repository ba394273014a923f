"""The longest and the emptiest things that a card may ever have to show, in both languages."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from handlers.blocks.account import account_jobs, account_models
from handlers.blocks.ends import told_reminder
from handlers.blocks.kit import Content
from handlers.blocks.known_model import known_model
from handlers.blocks.lists import Listed
from handlers.blocks.moves import Shown, move_card, move_milestone, ways_out
from handlers.blocks.moving import moving_plan
from handlers.language import Voice
from storage.rows import (
    Dataset,
    DatasetFormat,
    DatasetVersion,
    Job,
    JobEvent,
    JobRequest,
    JobStatus,
    Model,
    Move,
    MoveState,
    Place,
    Tenant,
)
from tuning import known_models
from tuning.access import Actor
from tuning.datasets.findings import Finding
from tuning.ends import End, Source
from tuning.jobs.account import AccountJobs, AccountModels
from tuning.jobs.moves import PlannedMove, Target
from tuning.models import Became
from tuning.providers.shapes import AccountModel, ProviderJob

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TENANT = Tenant("T1")
LONG = "<&>`*" * 2000


def plain_job(**changes: object) -> Job:
    job = Job(
        id="job_1",
        tenant=TENANT,
        name="marv",
        owner_id="U1",
        place=Place("C1", "1.0"),
        request=JobRequest("trainer", "smol", "v1"),
        created_at=NOW,
        status=JobStatus.RUNNING,
        provider_job_id="ftjob-1",
        training_file_id="file-1",
        status_since=NOW,
        last_heard_at=NOW,
    )
    return replace(job, **changes)


def huge_job(status: JobStatus) -> Job:
    return plain_job(
        status=status,
        name=LONG,
        error_code=LONG,
        error_message=LONG,
        provider_job_id=LONG,
        training_file_id=LONG,
        validation_file_id=LONG,
        fine_tuned_model=LONG,
        step=10**9,
        total_steps=10**9,
        training_loss=1e9,
        validation_loss=1e9,
        estimated_usd=Decimal(10**9),
        estimated_tokens=10**12,
        trained_tokens=10**12,
        estimated_finish_at=NOW + timedelta(days=400),
        started_at=NOW - timedelta(days=400),
        finished_at=NOW,
        last_heard_at=NOW - timedelta(days=2),
        request=JobRequest("trainer", LONG, "v1"),
    )


def model(name: str = "marv", model_id: str = "ft:smol:marv") -> Model:
    return Model(
        id=model_id,
        tenant=TENANT,
        name=name,
        provider="trainer",
        job_id="job_1",
        base_model=LONG,
        owner_id="U1",
        place=Place("C1", "1.0"),
        format=DatasetFormat.CHAT,
        system_prompt="",
        prompt_separator="",
        completion_stop="",
        created_at=NOW,
    )


def huge_event(number: int) -> JobEvent:
    return JobEvent("job_1", TENANT, str(number), NOW, "error", "message", LONG, {})


def dataset(name: str = "marv") -> Dataset:
    return Dataset("ds_1", TENANT, name, "U1", Place("C1", "1.0"), "F1", NOW)


def version(file_name: str = "marv.jsonl") -> DatasetVersion:
    return DatasetVersion(
        id="ds_1-v1",
        tenant=TENANT,
        dataset_id="ds_1",
        number=1,
        file_name=file_name,
        sha256="aa",
        size_bytes=10**12,
        format=DatasetFormat.CHAT,
        examples=10**9,
        is_ready=True,
        report={},
        origin="upload",
        parent_id="",
        created_at=NOW,
    )


OWNER = Actor("U1")


def listed(models: list[Model], reader: Actor = OWNER) -> Listed:
    """Models as a list tells `reader` of them, each with an end of its own kind."""
    kinds = [End(date(2027, 1, 14), source) for source in (Source.MODEL, Source.BASE, Source.LIST)]
    kinds += [End(None, Source.UNKNOWN), End(None, Source.LIST), End(date(2026, 10, 23), Source.LIST)]
    ends = [kinds[number % len(kinds)] for number in range(len(models))]
    return Listed(models, ends, date(2026, 11, 22), [("OpenAI", date(2027, 1, 6))], reader)


def a_move(words: str, state: MoveState = MoveState.DONE, **fields: object) -> Move:
    """A move of the sample model, with everything that its messages show as long as it gets."""
    row = {"question": words, "expected": words, "old": words, "new": words}
    given = {
        "comparison": {"source": "validation", "questions": [row | {"old": None}, *[row] * 9]},
        "budget": Decimal("0.5"),
        "budget_unit": "usd",
    }
    return Move(
        "move_1", TENANT, "ft:smol:marv", "U1", Place("C1", "1.0"), "Nebius", words, NOW, NOW, state, **(given | fields)
    )


def move_pages(voice: Voice, words: str = LONG) -> list[Content]:
    """Everything that is shown of a move, as full as it gets."""
    end, today = End(date(2027, 1, 14), Source.MODEL), date(2026, 11, 22)
    targets = [Target(name, "Nebius", words[:80], end) for name in ("trainer", "azure", "nebius", "unsloth", "custom")]
    states = [
        a_move(words, state, error_code="move_job_ended", error_parameters={"name": words}) for state in MoveState
    ]
    told = {MoveState.NEEDS_PROMPTS, MoveState.DEPLOYING, MoveState.DONE, MoveState.FAILED}
    finding = asdict(Finding("R001", "E", "no"))
    refused = a_move(
        words, MoveState.FAILED, error_code="invalid_request", error_parameters={"n": 1, "findings": [finding]}
    )
    general = a_move(words, comparison={"source": "general", "questions": []})
    shown = [Shown(move, model(), model(), words, "$3", 12) for move in (*states, refused, general)]
    return [
        ways_out(voice, PlannedMove(model(), end, None, targets), states, today),
        ways_out(voice, PlannedMove(model(), end, plain_job(), []), [], today),
        *(move_card(voice, one) for one in shown),
        *(move_milestone(voice, one) for one in shown if one.move.state in told),
    ]


def account_pages(voice: Voice) -> list[Content]:
    """Everything that is shown of a provider's account, of ends, and of a base model, each page as full as it gets."""
    last, today = date(2027, 1, 14), date(2026, 11, 22)
    foreign = ProviderJob("ftjob-1", JobStatus.RUNNING, model=LONG, fine_tuned_model=LONG, created_at=NOW)
    jobs = AccountJobs("openai", "OpenAI", [(foreign, None), *[(foreign, plain_job())] * 14], "ftjob-1")
    one = (AccountModel(LONG, NOW), None, End(last, Source.MODEL))
    known = (AccountModel("ft:smol:marv"), model(), End(None, Source.UNKNOWN))
    models = AccountModels("openai", "OpenAI", [one, known] * 7, 1, 60, [one[2], known[2]])
    providers = {"openai": "OpenAI", "nebius": "Nebius"}
    targets = [
        Target(name, "Nebius", "gpt-mini", one[2]) for name in ("trainer", "azure", "nebius", "unsloth", "custom")
    ]
    mini = known_models.find("openai", "gpt-3.5-turbo")
    return [
        account_jobs(voice, jobs, ["", "ftjob-1"], providers),
        account_jobs(voice, replace(jobs, rows=[], next_after=""), [""], {}),
        account_models(voice, models, today, [("OpenAI", date(2027, 1, 6))], providers),
        told_reminder(voice, [LONG[:60]] * 30, last, today),
        moving_plan(
            voice,
            [PlannedMove(model(), one[2], plain_job(), targets), PlannedMove(model(), one[2], None, [])] * 8,
            today,
        ),
        known_model(voice, "gpt-3.5-turbo", Became(mini, "OpenAI", "gpt-4.1-mini-2025-04-14", today)),
    ]

import inspect
from decimal import Decimal

import pytest

from tuning import errors
from tuning.datasets.merging import RowsWouldSpread
from tuning.errors import UserFacingError
from tuning.jobs.creation import StartUnknown
from tuning.jobs.serving import DeploymentTaken, ServesByItself
from tuning.texts import LANGUAGES, Texts

SAMPLES = [
    errors.CannotConvert("empty"),
    errors.CannotFix("line_long", line=7),
    errors.CannotExport("no_row", line=7),
    errors.DatasetNotFound("marvv"),
    errors.DatasetNotFound("marvv", ["marv"]),
    errors.JobNotFound("marvv"),
    errors.JobNotFound("marvv", ["marv"]),
    errors.ModelNotFound("marvv"),
    errors.ModelNotFound("marvv", ["marv"]),
    errors.NotAllowed("cancel", "U1"),
    errors.NotAllowed("delete", "U1"),
    errors.NotAllowed("mark", "U1"),
    errors.NotAllowed("revise", "U1"),
    errors.NotAMember(),
    errors.JobOver("marv"),
    errors.NoDatasetYet(),
    errors.TestIsKept("marv-test.jsonl"),
    errors.LearnsTheTest("marv.jsonl", 3, 7),
    errors.ValidationLeaks("marv", "held", 3, 7),
    errors.VersionNotFound("marv", "v9", ["v1"]),
    errors.TagUnfit("a b"),
    errors.NoJobYet(),
    errors.CannotPause("OpenAI"),
    errors.AuditClosed(),
    errors.AlreadyDecided("marv"),
    errors.OwnApproval(),
    errors.NotAnApprover(),
    errors.DatasetNotReady("marv.jsonl", 2),
    errors.SplitTooSmall("marv.jsonl"),
    errors.InvalidRequest([]),
    *(errors.FileUnavailable(fault, "marv.jsonl") for fault in errors.FileFault.__args__),
    errors.FileNotYet("unanswered", "marv.jsonl"),
    errors.FileTooLarge("marv.jsonl", 512_000_000),
    errors.ProviderUnavailable("OpenAI"),
    errors.ProviderBusy("OpenAI"),
    errors.ProviderRefused("OpenAI", refusal="", param="", message="Because."),
    errors.ProviderMissing("OpenAI", refusal="", param="", message="Because."),
    errors.ProviderAuthentication("OpenAI"),
    errors.TrainingNotAvailable("OpenAI"),
    errors.ProviderConfused("OpenAI", "<html>"),
    errors.ProviderNotConfigured("openai"),
    errors.ModelNotReady("ft:smol"),
    errors.ModelNotDeployed("ft:smol", "Azure OpenAI"),
    errors.ModelForeign(),
    errors.MethodNotBuilt("logic.jsonl"),
    errors.MethodNotBuilt("logic.jsonl", ["Azure"]),
    errors.NotAllowed("move", "U1"),
    errors.MoveNotFound(),
    errors.MoveDecided(),
    errors.TermsUnaccepted("OpenAI"),
    errors.BudgetMissing("usd"),
    errors.BudgetMissing("tokens"),
    errors.NoPrompts("prompts.jsonl"),
    errors.BudgetSpent(3, 10, Decimal("0.5"), "usd"),
    errors.BudgetSpent(3, 10, Decimal(500), "tokens"),
    errors.TooFewAnswers(3, 10),
    errors.MoveStopped("move_model_gone"),
    errors.MoveStopped("move_data_gone"),
    errors.MoveStopped("move_to_itself"),
    errors.MoveStopped("move_declined"),
    errors.MoveStopped("move_job_ended", name="marv"),
    errors.MoveStopped("move_broken", move="move_1"),
    errors.DatasetInUse("marv.jsonl", "marv"),
    errors.AdminsOnly(),
    errors.AdminsOnly("admins_only_serve"),
    ServesByItself("OpenAI"),
    DeploymentTaken("marv"),
    RowsWouldSpread("marv", "secret"),
    errors.NotBeforeOthers(),
    StartUnknown("job_1", "OpenAI"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: f"{type(error).__name__}-{error.code}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_whole_sentence_in_every_language(error, language):
    sentence = Texts.load().say(language, f"errors.{error.code}", **error.parameters)

    assert sentence
    assert "{" not in sentence
    for parameter in error.parameters.values():
        assert str(parameter) in sentence or isinstance(parameter, int)


def test_no_error_is_missing_above():
    kinds = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, UserFacingError)}
    abstract = {UserFacingError, errors.NotFound, errors.ProviderError}

    assert kinds - abstract <= {type(sample) for sample in SAMPLES}


def test_in_logs_an_error_speaks_english():
    assert str(errors.JobOver("marv")) == "The job `marv` has already ended, so there is nothing to cancel."

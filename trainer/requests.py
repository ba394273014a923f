"""The bodies of requests, as OpenAI defines them (https://platform.openai.com/docs/api-reference).

What this server cannot honour is refused, never ignored; only what changes nothing here is accepted and left alone.
"""

from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request

from trainer.errors import invalid_request
from trainer.line_shapes import LineMessage, PreferenceLine, Tool

_MAX_SEED: Final = 2_147_483_647

Auto = Literal["auto"]
Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(max_length=64)],
        Annotated[str, StringConstraints(max_length=512)],
    ],
    Field(max_length=16),
]


class Body(BaseModel):
    """A request's body; an argument that is not listed is refused."""

    model_config = ConfigDict(extra="forbid")


class ExpiresAfter(Body):
    """When a file goes away by itself: an hour to thirty days after it came."""

    anchor: Literal["created_at"]
    seconds: Annotated[int, Field(ge=3600, le=2_592_000)]


class UploadRequest(Body):
    """POST /uploads: a file that will come in parts, of 8 GB at most."""

    filename: Annotated[str, StringConstraints(min_length=1)]
    purpose: str
    bytes: Annotated[int, Field(ge=1, le=8 * 1024**3)]
    mime_type: str
    expires_after: ExpiresAfter | None = None


class CompleteUploadRequest(Body):
    """POST /uploads/{id}/complete."""

    part_ids: Annotated[list[str], Field(min_length=1)]
    md5: str | None = None


class Hyperparameters(Body):
    """How to train; ranges are those of OpenAI's API reference."""

    n_epochs: Auto | Annotated[int, Field(ge=1, le=50)] | None = "auto"
    batch_size: Auto | Annotated[int, Field(ge=1, le=256)] | None = "auto"
    learning_rate_multiplier: Auto | Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = "auto"


class PreferenceHyperparameters(Hyperparameters):
    """How to train on preferences: beta says how firmly to hold on to the model that training began with."""

    beta: Auto | Annotated[float, Field(gt=0, le=2)] | None = "auto"


class Supervised(Body):
    """The supervised method's part of a job."""

    hyperparameters: Hyperparameters | None = None


class Dpo(Body):
    """The part of a job that learns preferences."""

    hyperparameters: PreferenceHyperparameters | None = None


class Method(Body):
    """The method of a job: imitate answers, or prefer one to another (direct preference optimisation)."""

    type: Literal["supervised", "dpo"]
    supervised: Supervised | None = None
    dpo: Dpo | None = None


class JobRequest(Body):
    """POST /fine_tuning/jobs."""

    model: str
    training_file: str
    validation_file: str | None = None
    method: Method | None = None
    hyperparameters: Hyperparameters | None = None
    """OpenAI's older place for what now stands in `method`."""
    suffix: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    seed: Annotated[int, Field(ge=0, le=_MAX_SEED)] | None = None
    metadata: Metadata | None = None
    integrations: Annotated[list[Any], Field(max_length=0)] | None = None

    def chosen_hyperparameters(self) -> Hyperparameters:
        """What the client chose, wherever it stands."""
        part = getattr(self.method, self.method_type(), None)
        given: Hyperparameters | None = (part and part.hyperparameters) or self.hyperparameters
        shape = PreferenceHyperparameters if self.method_type() == "dpo" else Hyperparameters
        return shape(**(given.model_dump() if given else {}))

    def method_type(self) -> Literal["supervised", "dpo"]:
        """The method, which is supervised unless the client says otherwise."""
        return self.method.type if self.method else "supervised"


class ChatToCount(Body):
    """A chat example whose tokens are asked for."""

    messages: Annotated[list[LineMessage], Field(min_length=1)]
    tools: list[Tool] | None = None
    parallel_tool_calls: bool | None = None


class PromptToCount(Body):
    """A prompt and completion whose tokens are asked for."""

    prompt: str
    completion: str


class TokenCountsRequest(Body):
    """POST /token_counts, which is this server's own."""

    model: str
    examples: list[ChatToCount | PromptToCount | PreferenceLine]


_Body = TypeVar("_Body", bound=Body)


async def read(request: Request, shape: type[_Body]) -> _Body:
    """The request's body in its shape.

    Raises:
        Refused: it is not JSON, or not of this shape; the sentence names the first argument that is wrong.
    """
    try:
        return shape.model_validate_json(await request.body())
    except ValidationError as error:
        raise invalid_request(error) from error


def checked(shape: type[_Body], fields: dict[str, Any], param: str) -> _Body:
    """The fields of a form in a shape.

    Raises:
        Refused: they are not of this shape; the sentence names the first that is wrong.
    """
    try:
        return shape.model_validate(fields)
    except ValidationError as error:
        raise invalid_request(error, param) from error

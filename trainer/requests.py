"""The bodies of requests, as OpenAI defines them (https://platform.openai.com/docs/api-reference).

What this server cannot honour is refused, never ignored; only what changes nothing here is accepted and left alone.
"""

from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request

from trainer.errors import invalid_request
from trainer.line_shapes import LineMessage, TextPart

_MAX_SEED: Final = 2_147_483_647

Auto = Literal["auto"]
Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(max_length=64)],
        Annotated[str, StringConstraints(max_length=512)],
    ],
    Field(max_length=16),
]
Stops = str | Annotated[list[str], Field(max_length=4)] | None
Nothing = Annotated[float, Field(ge=0, le=0)] | None


class Body(BaseModel):
    """A request's body; an argument that is not listed is refused."""

    model_config = ConfigDict(extra="forbid")


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


class StreamOptions(Body):
    """What a stream also carries."""

    include_usage: bool = False
    include_obfuscation: bool | None = None


class Generation(Body):
    """What chat and text completions have in common."""

    model: str
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    seed: int | None = None
    stop: Stops = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    n: Literal[1] | None = None
    frequency_penalty: Nothing = None
    presence_penalty: Nothing = None
    logit_bias: Annotated[dict[str, float], Field(max_length=0)] | None = None
    user: str | None = None

    def stops(self) -> list[str]:
        """The stop sequences; an empty one would end every answer at once, so it counts as none."""
        given = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return [stop for stop in given if stop]


class TextFormat(Body):
    """The only format of answers here: text."""

    type: Literal["text"]


class ChatMessage(Body):
    """One message of a conversation; its content may be empty, unlike in a training file."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]
    name: str | None = None
    refusal: None = None


class ChatRequest(Generation):
    """POST /chat/completions."""

    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    logprobs: Literal[False] | None = None
    response_format: TextFormat | None = None
    modalities: list[Literal["text"]] | None = None
    metadata: Metadata | None = None
    store: bool | None = None
    service_tier: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None


class CompletionRequest(Generation):
    """POST /completions."""

    prompt: str | Annotated[list[str], Field(min_length=1, max_length=1)]
    best_of: Literal[1] | None = None
    echo: Literal[False] | None = None
    logprobs: None = None
    suffix: None = None

    def text(self) -> str:
        """The one prompt."""
        return self.prompt if isinstance(self.prompt, str) else self.prompt[0]


class ChatToCount(Body):
    """A chat example whose tokens are asked for."""

    messages: Annotated[list[LineMessage], Field(min_length=1)]


class PromptToCount(Body):
    """A prompt and completion whose tokens are asked for."""

    prompt: str
    completion: str


class TokenCountsRequest(Body):
    """POST /token_counts, which is this server's own."""

    model: str
    examples: list[ChatToCount | PromptToCount]


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

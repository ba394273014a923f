"""The bodies of requests for answers (https://platform.openai.com/docs/api-reference/chat/create)."""

import json
from typing import Annotated, Literal

from pydantic import Field

from trainer.engine.guide import Form
from trainer.engine.tools import form_of_call
from trainer.errors import Refused
from trainer.line_shapes import Spoken, TextPart, Tool
from trainer.requests import Body, Metadata

_Stops = str | Annotated[list[str], Field(max_length=4)] | None
_Penalty = Annotated[float, Field(ge=-2, le=2)] | None
_Bias = dict[Annotated[str, Field(pattern=r"^\d{1,9}$")], Annotated[float, Field(ge=-100, le=100)]] | None


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
    stop: _Stops = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    n: Annotated[int, Field(ge=1, le=16)] | None = None
    frequency_penalty: _Penalty = None
    presence_penalty: _Penalty = None
    logit_bias: _Bias = None
    user: str | None = None

    def stops(self) -> list[str]:
        """The stop sequences; an empty one would end every answer at once, so it counts as none."""
        given = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return [stop for stop in given if stop]

    def n_likeliest(self) -> int | None:
        """How many likely tokens to tell beside each one said; None tells no probabilities."""
        return None

    def most_tokens(self) -> int | None:
        """The limit of an answer, where the client gives one."""
        return self.max_tokens

    def form(self) -> Form | None:
        """What the answer must look like; None leaves it free."""
        return None


class ResponseFormat(Body):
    """The formats of answers here: text, or some JSON object. Which one a schema describes could not be kept to."""

    type: Literal["text", "json_object"]


class NamedFunction(Body):
    """The function that must be called."""

    name: str


class NamedTool(Body):
    """The tool that must be called."""

    type: Literal["function"]
    function: NamedFunction


class ChatMessage(Spoken):
    """One message of a conversation; its content may be empty, unlike in a training file."""

    content: str | list[TextPart] | None = None
    audio: None = None
    annotations: list[None] | None = None
    function_call: None = None


class ChatRequest(Generation):
    """POST /chat/completions."""

    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    tools: Annotated[list[Tool], Field(min_length=1)] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    modalities: list[Literal["text"]] | None = None
    metadata: Metadata | None = None
    store: bool | None = None
    service_tier: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None

    def n_likeliest(self) -> int | None:
        """As `logprobs` and `top_logprobs` say."""
        return (self.top_logprobs or 0) if self.logprobs else None

    def most_tokens(self) -> int | None:
        """The limit, under its newer or its older name."""
        return self.max_completion_tokens or self.max_tokens

    def form(self) -> Form | None:
        """A call where one is forced, or else a JSON object where one is wanted.

        Raises:
            Refused: the tool that must be called is not there, or nothing in the messages asks for JSON.
        """
        names = [tool.function.name for tool in self.tools or []]
        if isinstance(self.tool_choice, NamedTool):
            wanted = self.tool_choice.function.name
            names = [name for name in names if name == wanted]
        if isinstance(self.tool_choice, NamedTool) or self.tool_choice == "required":
            if not names:
                message = "Invalid value for 'tool_choice': the tool that must be called is not among 'tools'."
                raise Refused(message, code="invalid_value", param="tool_choice")
            return form_of_call(names)
        if self.response_format and self.response_format.type == "json_object":
            if "json" not in json.dumps([message.content for message in self.messages], default=vars).lower():
                message = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
                raise Refused(message, param="messages")
            return Form()
        return None

    def offered_tools(self) -> list[Tool]:
        """The tools that the model may call."""
        return [] if self.tool_choice == "none" else self.tools or []


class CompletionRequest(Generation):
    """POST /completions."""

    prompt: str | Annotated[list[str], Field(min_length=1, max_length=16)]
    best_of: Literal[1] | None = None
    echo: Literal[False] | None = None
    logprobs: Annotated[int, Field(ge=0, le=5)] | None = None
    suffix: None = None

    def n_likeliest(self) -> int | None:
        """As many as `logprobs` says."""
        return self.logprobs

    def texts(self) -> list[str]:
        """The prompts."""
        return [self.prompt] if isinstance(self.prompt, str) else self.prompt

"""One line of a training file, in each of OpenAI's formats (https://platform.openai.com/docs/guides/fine-tuning)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

_Text = Annotated[str, StringConstraints(min_length=1)]


class Shape(BaseModel):
    """A part of a line; a key that is not listed is a fault."""

    model_config = ConfigDict(extra="forbid")


class TextPart(Shape):
    """A part of a message's content."""

    type: Literal["text"]
    text: str


class CalledFunction(Shape):
    """Which function is called, with its arguments as JSON text."""

    name: _Text
    arguments: str


class ToolCall(Shape):
    """A call that an assistant makes."""

    id: str
    type: Literal["function"]
    function: CalledFunction


class Function(Shape):
    """What a function is for and what it takes, as a JSON schema."""

    name: _Text
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(Shape):
    """A function that the assistant may call."""

    type: Literal["function"]
    function: Function


class Spoken(Shape):
    """What the messages of training files and of requests have in common; some fields look back at earlier ones."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    name: str | None = None
    tool_calls: Annotated[list[ToolCall], Field(min_length=1)] | None = None
    tool_call_id: Annotated[str | None, Field(validate_default=True)] = None
    refusal: None = None

    @field_validator("tool_calls")
    @classmethod
    def _calls_are_the_assistants(cls, calls: list[ToolCall] | None, info: ValidationInfo) -> list[ToolCall] | None:
        if calls and info.data.get("role") not in {"assistant", None}:
            raise PydanticCustomError("calls", "Only a message of the assistant may call tools")
        return calls

    @field_validator("tool_call_id")
    @classmethod
    def _a_result_names_its_call(cls, call_id: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("role") == "tool" and call_id is None:
            raise PydanticCustomError("call_id", "A message of a tool must name the call that it answers")
        return call_id


class LineMessage(Spoken):
    """One message of a chat example. A weight of 0 keeps an answer from being learned."""

    content: Annotated[_Text | Annotated[list[TextPart], Field(min_length=1)] | None, Field(validate_default=True)] = (
        None
    )
    weight: Literal[0, 1] | None = None

    @field_validator("content")
    @classmethod
    def _says_or_calls(cls, content: str | list[TextPart] | None, info: ValidationInfo) -> str | list[TextPart] | None:
        if content is None and not info.data.get("tool_calls"):
            raise PydanticCustomError("content", "A message needs a text, or calls of tools")
        return content


class Conversation(Shape):
    """Messages, and the tools that the assistant may call in them."""

    messages: Annotated[list[LineMessage], Field(min_length=1)]
    tools: list[Tool] | None = None
    parallel_tool_calls: bool | None = None


class ChatLine(Conversation):
    """One line in chat format."""


class PromptLine(Shape):
    """One line with a prompt and its completion."""

    prompt: str
    completion: _Text


class Output(Shape):
    """One of the two answers of a preference."""

    role: Literal["assistant"]
    content: _Text | Annotated[list[TextPart], Field(min_length=1)]


class PreferenceLine(Shape):
    """One line for dpo: a conversation, the answer that is preferred, and one that is not."""

    input: Conversation
    preferred_output: Annotated[list[Output], Field(min_length=1, max_length=1)]
    non_preferred_output: Annotated[list[Output], Field(min_length=1, max_length=1)]


Line = ChatLine | PromptLine | PreferenceLine

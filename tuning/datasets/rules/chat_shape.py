"""Rules on what surrounds the messages of a chat line."""

from collections.abc import Iterator

from tuning.datasets.evidence import as_written
from tuning.datasets.examples import ChatExample
from tuning.datasets.formats import CHAT_KEYS, FOREIGN_CHAT_KEYS
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.json_types import is_no_json_number, type_phrase


@rule("C001")
def no_messages(example: ChatExample) -> Iterator[Fault]:
    """Other tools keep a conversation under another name."""
    if "messages" not in example.row:
        key = next((key for key in FOREIGN_CHAT_KEYS if key in example.row), next(iter(example.row), "{}"))
        yield Fault(evidence=", ".join(example.row), parameters={"key": key})


@rule("C002")
def messages_not_a_list(example: ChatExample) -> Iterator[Fault]:
    """`messages` is a list even where there is one message."""
    messages = example.row.get("messages", [])
    if not isinstance(messages, list) and not is_no_json_number(messages):
        yield Fault(path="messages", phrases={"type": type_phrase(messages)})


@rule("C003")
def messages_empty(example: ChatExample) -> Iterator[Fault]:
    """A conversation has at least one message."""
    if example.row.get("messages") == []:
        yield Fault(path="messages")


@rule("C004")
def message_not_an_object(example: ChatExample) -> Iterator[Fault]:
    """Every message is an object."""
    messages = example.row.get("messages")
    for index, message in enumerate(messages if isinstance(messages, list) else []):
        if not isinstance(message, dict):
            phrases = {"type": type_phrase(message)}
            yield Fault(
                f"messages[{index}]", evidence=as_written(message), parameters={"m": index + 1}, phrases=phrases
            )


@rule("C005")
def extra_key(example: ChatExample) -> Iterator[Fault]:
    """OpenAI answers an extra key with 'Example 1 contains an extra ...' and refuses the file."""
    if "messages" in example.row:
        for key in example.row:
            if key not in CHAT_KEYS:
                yield Fault(key, evidence=as_written(example.row[key]), parameters={"key": key})


@rule("C024")
def parallel_calls_contradicted(example: ChatExample) -> Iterator[Fault]:
    """`parallel_tool_calls` is true or false, and where it is false no turn calls two tools."""
    allowed = example.row.get("parallel_tool_calls", True)
    if not isinstance(allowed, bool):
        yield Fault("parallel_tool_calls", evidence=as_written(allowed), phrases={"what": "chat.not_a_boolean"})
    elif not allowed:
        for message in example.messages:
            calls = message.fields.get("tool_calls")
            if isinstance(calls, list) and len(calls) > 1:
                phrases = {"what": "chat.contradicts_parallel_calls"}
                yield Fault(f"{message.path}.tool_calls", parameters={"m": message.number}, phrases=phrases)
                return


RULES = (
    no_messages,
    messages_not_a_list,
    messages_empty,
    message_not_an_object,
    extra_key,
    parallel_calls_contradicted,
)
"""For lines that are not plain."""

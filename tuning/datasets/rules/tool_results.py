"""Rules on what tools answer in a chat line: every answer to a call, every call answered."""

from collections.abc import Iterator

from tuning.datasets.examples import ChatExample, Message
from tuning.datasets.rules import Fault, rule


@rule("T014")
def result_unlinked(example: ChatExample) -> Iterator[Fault]:
    """A tool's message names the call that it answers, and answers it once."""
    asked: list[str] = []
    answered: set[str] = set()
    for message in example.messages:
        asked += [call.id for call in example.calls if call.message is message]
        if message.role != "tool" or not asked:
            continue
        call_id = message.fields.get("tool_call_id")
        open_ids = [one for one in asked if one not in answered]
        is_used_twice = isinstance(call_id, str) and asked.count(call_id) > 1
        if not isinstance(call_id, str):
            yield _unlinked(message, "", "results.no_id", open_ids)
        elif call_id in answered and not is_used_twice:
            yield _unlinked(message, call_id, "results.twice", open_ids)
        elif call_id not in asked:
            yield _unlinked(message, call_id, "results.unknown", open_ids)
        answered.add(call_id if isinstance(call_id, str) else "")


@rule("T015")
def call_unanswered(example: ChatExample) -> Iterator[Fault]:
    """Every call is answered before somebody else speaks; at the end of a row the call may be what is learned.

    A result that is linked to nothing may be the answer that is missing, so it counts for one call and is told itself.
    """
    open_calls: dict[str, str] = {}
    unlinked = 0
    for message in example.messages:
        if message.role == "tool":
            is_linked = open_calls.pop(str(message.fields.get("tool_call_id")), None)
            unlinked += is_linked is None
        elif message.role in {"user", "assistant"}:
            for call_id, path in list(open_calls.items())[unlinked:]:
                yield Fault(path, evidence=call_id, parameters={"id": call_id})
            unlinked = 0
            open_calls = {call.id: call.path for call in example.calls if call.message is message and call.id}


@rule("T016")
def result_of_nothing(example: ChatExample) -> Iterator[Fault]:
    """A result before any call."""
    for message in example.messages:
        is_called = any(call.message.position < message.position for call in example.calls)
        is_called |= any(caller.position < message.position for caller, _ in example.old_calls)
        if message.role in {"tool", "function"} and not is_called:
            yield Fault(message.path, evidence=message.text, parameters={"m": message.number})


def _unlinked(message: Message, call_id: str, what: str, open_ids: list[str]) -> Fault:
    only = open_ids[0] if len(open_ids) == 1 else ""
    phrases = {"what": what} | ({} if only else {"only": "results.its_call"})
    parameters: dict[str, str | int] = {"m": message.number, "id": call_id, "only": only}
    return Fault(f"{message.path}.tool_call_id", evidence=call_id, parameters=parameters, phrases=phrases)


RULES = (result_unlinked, call_unanswered, result_of_nothing)
"""For lines that are not plain."""

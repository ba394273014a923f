"""The rule that brings the rules on chat lines into preference lines."""

from collections.abc import Iterator

from tuning.datasets.findings import Finding
from tuning.datasets.pairs_of_answers import PREFERRED, SIDES, PreferenceExample
from tuning.datasets.rules import Fault, chat_contents, chat_messages, rule, tool_calls, tool_declarations, tool_results
from tuning.datasets.rules.chat_shape import message_not_an_object

_INNER = (
    message_not_an_object,
    *chat_messages.RULES,
    *chat_contents.RULES,
    *tool_declarations.RULES,
    *tool_calls.RULES,
    *tool_results.RULES,
)
_OWN_RULE_FOR_OUTPUTS = frozenset({"C004", "C006", "C007", "C008", "C009", "C011"})
"""P004, P005 and P006 say it better."""

_OWN_RULE_EVERYWHERE = frozenset({"C012", "C018", "C019", "C023"})
"""P010, and the look for weights below."""


@rule("P009")
def fault_inside(pair: PreferenceExample) -> Iterator[Fault]:
    """Weights are no part of preference rows, and what is wrong in a chat line is wrong here too."""
    yield from _weights(pair)
    for side in SIDES:
        example, asked = pair.as_chat(side)
        for one in (finding for inner in _INNER for finding in inner.findings(example)):
            path, is_output = _path(one, side, asked)
            # What is wrong with the input is said once.
            is_said = (is_output and one.code in _OWN_RULE_FOR_OUTPUTS) or (not is_output and side != PREFERRED)
            if one.severity == "E" and not is_said and one.code not in _OWN_RULE_EVERYWHERE:
                yield _inner(one, path)


def _weights(pair: PreferenceExample) -> Iterator[Fault]:
    places = [(f"input.{message.path}", message) for message in pair.asked]
    places += [(f"{side}[{output.position}]", output) for side in SIDES if (output := pair.output(side))]
    for path, message in places:
        if "weight" in message.fields:
            phrases = {"inner": "pairs.weight", "repair": "pairs.remove_weight"}
            yield Fault(f"{path}.weight", parameters={"code": "C019"}, phrases=phrases)


def _path(finding: Finding, side: str, asked: int) -> tuple[str, bool]:
    """Where an inner fault stands in the pair, and whether that is in an output."""
    path = finding.path or ""
    position, _, rest = path.removeprefix("messages[").partition("]")
    if not path.startswith("messages[") or int(position) < asked:
        return f"input.{path}", False
    return f"{side}[{int(position) - asked}]{rest}", True


def _inner(finding: Finding, path: str) -> Fault:
    return Fault(
        path,
        evidence=finding.evidence,
        parameters={"code": finding.code, **finding.parameters},
        phrases={
            **finding.phrases,
            "inner": f"findings.{finding.code}.message",
            "repair": f"findings.{finding.code}.fix",
        },
    )


RULES = (fault_inside,)
"""For every line of a preference file."""

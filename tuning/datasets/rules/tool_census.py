"""Rules on the tools of a whole file."""

from collections.abc import Iterator

from tuning.datasets.rules import Fault, rule
from tuning.datasets.tool_census import ToolCensus


@rule("T006")
def tool_varies(census: ToolCensus) -> Iterator[Fault]:
    """One name, one schema, and a description by which the model can tell when to call."""
    for name, tool in census.tools.items():
        if len(tool.versions) > 1:
            parameters: dict[str, str | int] = {"name": name, "n": len(tool.versions)}
            line, example = tool.odd_version
            yield Fault(
                line=line, example=example, evidence=name, parameters=parameters, phrases={"what": "tools.versions"}
            )
        elif tool.undescribed:
            line, example = tool.undescribed
            phrases = {"what": "tools.no_description"}
            yield Fault(line=line, example=example, evidence=name, parameters={"name": name}, phrases=phrases)


@rule("T017")
def tool_never_called(census: ToolCensus) -> Iterator[Fault]:
    """What is offered again and again and never called, the model learns not to call."""
    for name, tool in census.tools.items():
        if not tool.calls:
            line, example = tool.first_seen
            yield Fault(line=line, example=example, evidence=name, parameters={"name": name})


RULES = (tool_varies, tool_never_called)
"""For every file of messages."""

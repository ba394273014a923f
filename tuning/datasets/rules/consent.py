"""Rules on rows that somebody outside judges: a moderation model, or the people who wrote them."""

from collections.abc import Iterator
from dataclasses import dataclass

from tuning.datasets.fingerprints import of_row
from tuning.datasets.options import WithheldRows
from tuning.datasets.passages import Said
from tuning.datasets.probes import Probes
from tuning.datasets.rules import Fault, rule


@dataclass(frozen=True, slots=True)
class Judged:
    """An example beside what is known of it elsewhere."""

    said: Said
    withheld: WithheldRows
    probes: Probes


@rule("Z003")
def flagged(judged: Judged) -> Iterator[Fault]:
    """What a moderation model flags; it is asked only where one was handed in."""
    if judged.probes.moderate is None:
        return
    for passage in judged.said.passages:
        if flag := judged.probes.moderate(passage.text):
            parameters = {"category": flag.category, "score": f"{flag.score:.2f}"}
            yield Fault(passage.path, severity=None if flag.is_hard else "W", parameters=parameters)


@rule("Z004")
def no_consent(judged: Judged) -> Iterator[Fault]:
    """A row made from somebody's messages who has not agreed to it."""
    if judged.withheld and judged.withheld.get(of_row(judged.said)) == "no_consent":
        yield Fault()


@rule("Z005")
def erasure_requested(judged: Judged) -> Iterator[Fault]:
    """A row whose author wants it gone, from every version."""
    if judged.withheld and judged.withheld.get(of_row(judged.said)) == "erasure":
        yield Fault()


RULES = (flagged, no_consent, erasure_requested)
"""For every example, where there is somebody to ask."""

"""Rules on whether a file that was found ready for one provider is ready for the one that is asked now."""

from collections.abc import Iterator

from tuning.datasets.provider_facts import MEGABYTE
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.request import Requested


@rule("F003")
def too_large_here(request: Requested) -> Iterator[Fault]:
    """Another provider may take larger files than this one."""
    limit = request.provider.max_file_bytes
    if request.size_bytes > limit:
        yield Fault(parameters={"size": -(-request.size_bytes // MEGABYTE), "limit": limit // MEGABYTE})


@rule("S001")
def too_few_here(request: Requested) -> Iterator[Fault]:
    """Another provider may be content with fewer examples than this one."""
    provider, n = request.provider, request.examples
    if missing := max(provider.minimum_examples - n, 0):
        parameters: dict[str, str | int] = {
            "n": n,
            "minimum": provider.minimum_examples,
            "missing": missing,
            "provider": provider.name,
        }
        yield Fault(parameters=parameters)


RULES = (too_large_here, too_few_here)
"""For every request."""

"""Rules on the hyperparameters of a request: what is refused, and what is only unusual."""

from collections.abc import Iterator

from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.request import Requested
from tuning.hyperparameters import RANGES

USUAL_MULTIPLIER = (0.05, 2.0)
LARGEST_BATCH_SHARE = 4
"""A batch holds at most one row in four. Our choice, as is the multiplier's usual range and what follows."""

MANY_ROWS, FEW_EPOCHS = 2_000, 3
"""From so many rows more than three passes mostly learn by heart."""

_NAMED_NUMBERS = ("n_epochs", "batch_size", "learning_rate_multiplier", "beta", "seed")


@rule("H002")
def number_out_of_range(request: Requested) -> Iterator[Fault]:
    """What the provider would refuse after the upload is refused before it."""
    asked: dict[str, float | None] = {name: getattr(request.job, name) for name in _NAMED_NUMBERS}
    for name, value in (asked | dict(request.more_numbers)).items():
        allowed = request.provider.ranges.get(name, RANGES[name])
        if value is not None and value not in allowed:
            near = f"{allowed.nearest(value):.10g}"
            parameters = {"name": name, "value": f"{value:.10g}", "range": str(allowed), "near": near}
            yield Fault(name, evidence=str(value), parameters=parameters)


@rule("H007")
def number_unusual(request: Requested) -> Iterator[Fault]:
    """Allowed, but seldom what is meant."""
    job, n = request.job, request.examples
    largest_batch = max(n // LARGEST_BATCH_SHARE, 1)
    if job.batch_size is not None and job.batch_size > largest_batch and job.batch_size in RANGES["batch_size"]:
        yield _unusual("batch_size", job.batch_size, largest_batch, n)
    multiplier, (least, most) = job.learning_rate_multiplier, USUAL_MULTIPLIER
    is_meant_as_multiplier = "learning_rate_multiplier" not in request.provider.ranges
    if multiplier is not None and multiplier > 0 and is_meant_as_multiplier and not least <= multiplier <= most:
        yield _unusual("learning_rate_multiplier", multiplier, most if multiplier > most else least, n)
    if job.n_epochs is not None and job.n_epochs > FEW_EPOCHS and n > MANY_ROWS and job.n_epochs in RANGES["n_epochs"]:
        yield _unusual("n_epochs", job.n_epochs, FEW_EPOCHS, n)


def _unusual(name: str, value: float, near: float, n: int) -> Fault:
    return Fault(name, parameters={"name": name, "value": f"{value:.10g}", "near": f"{near:.10g}", "n": n})


RULES = (number_out_of_range, number_unusual)
"""For every request."""

"""Which rules stayed silent because nobody handed in what they must ask."""

from collections.abc import Iterator

from storage.rows import DatasetFormat
from tuning.datasets.options import CheckOptions

_SCORED_HERE = "string_check"
"""The one type of grader that the check computes itself."""


def unasked(options: CheckOptions, row_format: DatasetFormat, *, has_images: bool) -> Iterator[str]:
    """Codes of rules that need the network or a model, apply to this file, and were not asked for."""
    probes = options.probes
    if probes.moderate is None:
        yield "Z003"
    if has_images and probes.reaches is None:
        yield "I011"
    if has_images and probes.shows_people is None:
        yield "I012"
    is_graded = options.grader is not None and options.grader.get("type") != _SCORED_HERE
    if is_graded and probes.grade is None:
        yield from ("G010", "G011")
        if row_format is DatasetFormat.PREFERENCE:
            yield "P016"
    if row_format is DatasetFormat.REINFORCEMENT and probes.base_score is None:
        yield "R015"

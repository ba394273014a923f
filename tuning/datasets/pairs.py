"""A training file beside the file that is held out from it: read both, and say what leaks from one into the other."""

from dataclasses import replace

from tuning.datasets.check import Examined
from tuning.datasets.report import Report
from tuning.datasets.rules import sides
from tuning.datasets.tally import FindingsTally


def with_held_out(training: Examined, held_out: Examined, split: tuple[int, int, int] | None = None) -> Report:
    """The training file's report with what is wrong between the two files; lines are the training file's.

    Args:
        training: the file to be trained on.
        held_out: the validation or test file.
        split: rows trained on, rows held out and the seed, where we made the split.
    """
    report = training.report
    is_same_file = report.sha256 == held_out.report.sha256
    tally = FindingsTally.of(report.findings, report.tallies)
    sizes = sides.Sizes(report.examples, held_out.report.examples)
    known = sides.HeldOut(report.format, held_out.report.format, is_same_file, sizes, split)
    tally.add(finding for rule in sides.FILE_RULES for finding in rule.findings(known))
    if not is_same_file and report.format is held_out.report.format:
        both = sides.Sides(training.rows, held_out.rows, held_out.report.file_name)
        tally.add(finding for rule in sides.ROW_RULES for finding in rule.findings(both))
    return replace(report, findings=tally.findings(), tallies=tally.tallies())

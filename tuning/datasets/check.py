"""The check: everything that is wrong with a training file, before a team pays for it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from storage.rows import DatasetFormat
from tuning.datasets.findings import Finding
from tuning.datasets.judging import Judge
from tuning.datasets.lines import Lines
from tuning.datasets.options import CheckOptions
from tuning.datasets.remembered import Remembered
from tuning.datasets.report import Report
from tuning.datasets.rows import Rows, blank_end
from tuning.datasets.rules import (
    Fault,
    answers,
    copies,
    cost,
    dataset,
    fit,
    found,
    image_totals,
    order,
    preference_sides,
    prompt_columns,
    tool_census,
    whole_file,
)
from tuning.datasets.sniffing import whole_file_fault
from tuning.datasets.tally import FindingsTally
from tuning.datasets.unasked import unasked
from tuning.tokens.batches import BatchCounter
from tuning.tokens.encodings import O200K


@dataclass(frozen=True, slots=True)
class Examined:
    """A file's report, and what comparing it with another file needs."""

    report: Report
    rows: Remembered


def check(chunks: Iterable[bytes], options: CheckOptions, progress: Callable[[int], None] | None = None) -> Report:
    """Read a file once, in bounded memory, and report everything that is wrong with it.

    No bytes make it raise; what `chunks` raises passes through.

    Args:
        chunks: the file's bytes, in pieces of any size.
        options: what the file is meant for.
        progress: told the bytes of each chunk as it is read.
    """
    return examine(chunks, options, progress).report


def examine(
    chunks: Iterable[bytes],
    options: CheckOptions,
    progress: Callable[[int], None] | None = None,
    *,
    counter: BatchCounter | None = None,
) -> Examined:
    """`check`, with a hundred bytes of every row kept for comparing it with the rows of another file.

    Args:
        chunks, options, progress: as for `check`.
        counter: who counts tokens, in the options' encoding; by default one that counts as fast as is certain.
    """
    judge = Judge(options, counter or BatchCounter(options.encoding or O200K))
    report = _checked(Lines(_told(chunks, progress) if progress else chunks), options, judge)
    return Examined(report, judge.remembered())


def _checked(lines: Lines, options: CheckOptions, judge: Judge) -> Report:
    fault = whole_file_fault(lines.head, lambda: _tail(lines))
    if fault is None:
        return _report_on_lines(lines, options, judge)
    lines.drain()
    tally = FindingsTally()
    tally.add([found(fault[0], _with_provider(fault[1], options))])
    return _report(lines, options, tally, judge, examples=0)


def _report_on_lines(lines: Lines, options: CheckOptions, judge: Judge) -> Report:
    tally = FindingsTally()
    rows = Rows(lines, tally)
    tally.add(judge.findings(rows.blocks()))
    tally.add(blank_end(rows.last_filled_line, lines.count))
    return report_on(lines, options, tally, judge, rows.examples)


def report_on(
    lines: Lines,
    options: CheckOptions,
    tally: FindingsTally,
    judge: Judge,
    examples: int,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """The report on a file whose rows have all been judged; `progress` is told 0 now and then while they are compared."""
    if not examples:
        tally = FindingsTally()
        tally.add([found("F001", Fault(parameters={"minimum": options.provider.minimum_examples}))])
    else:
        for finding in _file_findings(lines, options, judge, examples):
            if finding:
                tally.add([finding])
            elif progress:
                progress(0)
    return _report(lines, options, tally, judge, examples)


def _file_findings(lines: Lines, options: CheckOptions, judge: Judge, examples: int) -> Iterator[Finding | None]:
    """What can only be said when every row has been seen; None wherever some time has gone by."""
    file = whole_file.ReadFile(lines, options)
    summary = judge.summary(examples)
    suited = fit.Fit(judge.format, options.provider.id, options.model, options.method)
    is_end_told = options.method == "reinforcement"  # Whether a model can be tuned so is the subject of R014.
    paid = cost.Cost(
        options.provider,
        options.model,
        options.n_epochs,
        options.today,
        examples,
        judge.tokens(),
        method=DatasetFormat(judge.format).method,
        is_end_told=is_end_told,
    )
    yield from (finding for rule in whole_file.RULES for finding in rule.findings(file))
    yield None
    yield from (finding for rule in dataset.RULES for finding in rule.findings(summary))
    yield None
    columns = None if options.is_quick else judge.prompt_columns()
    yield from () if options.is_quick else _row_findings(judge)
    yield from (finding for rule in preference_sides.RULES for finding in rule.findings(judge.preference_sides()))
    yield from judge.reinforcement.file_findings()
    judge.facts.images.fit = suited
    yield from (finding for rule in image_totals.RULES for finding in rule.findings(judge.facts.images))
    yield from (finding for rule in tool_census.RULES for finding in rule.findings(judge.facts.tools))
    if columns:
        yield from (finding for rule in prompt_columns.RULES for finding in rule.findings(columns))
    yield from (finding for rule in fit.RULES for finding in rule.findings(suited))
    yield from (finding for rule in cost.RULES for finding in rule.findings(paid))


def _row_findings(judge: Judge) -> Iterator[Finding | None]:
    """What comparing rows with each other shows, and None after each comparison."""
    has_answers = judge.format is not DatasetFormat.REINFORCEMENT
    for rule in (*answers.RULES, *copies.RULES, *order.RULES) if has_answers else copies.RULES:
        yield from rule.findings(judge.remembered())
        yield None


def _report(lines: Lines, options: CheckOptions, tally: FindingsTally, judge: Judge, examples: int) -> Report:
    return Report(
        file_name=options.file_name,
        sha256=lines.sha256,
        size_bytes=lines.size_bytes,
        lines=lines.count,
        format=judge.format if examples else DatasetFormat.UNKNOWN,
        examples=examples,
        tokens=judge.tokens(),
        tallies=tally.tallies(),
        findings=tally.findings(),
        system_prompts=judge.facts.system_prompts.result(),
        prompt_separator=judge.prompts.separator(),
        completion_stop=judge.completions.separator(),
        han_share=judge.facts.with_han / judge.facts.measured if judge.facts.measured else 0.0,
        unasked=tuple(unasked(options, judge.format, has_images=judge.facts.images.images > 0)) if examples else (),
    )


def _told(chunks: Iterable[bytes], progress: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        progress(len(chunk))


def _tail(lines: Lines) -> bytes:
    lines.drain()
    return lines.tail


def _with_provider(fault: Fault, options: CheckOptions) -> Fault:
    """The sentences about a wrong kind of file name the provider that refuses it."""
    return replace(fault, parameters={"provider": options.provider.name, **fault.parameters})

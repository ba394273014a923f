"""Rules on the file as a whole: its name, size, byte-order mark and line endings."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from tuning.datasets.lines import Lines
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import MEGABYTE
from tuning.datasets.rules import Fault, rule


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file whose lines have all been read."""

    lines: Lines
    options: CheckOptions


@rule("F002")
def wrong_extension(file: ReadFile) -> Iterator[Fault]:
    """Providers go by the name."""
    extension = PurePath(file.options.file_name).suffix.lower()
    provider = file.options.provider
    if extension not in provider.extensions:
        phrases = {} if extension else {"extension": "files.without_extension"}
        yield Fault(parameters={"provider": provider.name, "extension": extension}, phrases=phrases)


@rule("F003")
def too_large(file: ReadFile) -> Iterator[Fault]:
    """OpenAI's Files API takes 512 MB."""
    limit = file.options.provider.max_file_bytes
    if file.lines.size_bytes > limit:
        megabytes = -(-file.lines.size_bytes // MEGABYTE)
        yield Fault(parameters={"size": megabytes, "limit": limit // MEGABYTE})


@rule("F006")
def byte_order_mark(file: ReadFile) -> Iterator[Fault]:
    """Azure asks for a byte-order mark; OpenAI's own examples, Together and Nebius stumble over it."""
    provider = file.options.provider
    if provider.byte_order_mark == "refused" and file.lines.has_byte_order_mark:
        phrases = {"attitude": "marks.refused", "action": "marks.remove"}
        yield Fault(line=1, parameters={"provider": provider.name}, phrases=phrases)
    if provider.byte_order_mark == "wanted" and not file.lines.has_byte_order_mark:
        phrases = {"attitude": "marks.wanted", "action": "marks.add"}
        yield Fault(line=1, parameters={"provider": provider.name}, phrases=phrases)


@rule("F010")
def line_endings(file: ReadFile) -> Iterator[Fault]:
    """Windows endings are harmless; carriage returns alone make the file one long line to every reader."""
    lines = file.lines
    if lines.has_only_carriage_returns:
        yield Fault(severity="E", parameters={"kind": "CR"})
    elif lines.crlf_count:
        is_mixed = lines.crlf_count < lines.newline_count
        yield Fault(phrases={"kind": "endings.mixed"}) if is_mixed else Fault(parameters={"kind": "CRLF"})


@rule("F022")
def uploaded_before(file: ReadFile) -> Iterator[Fault]:
    """The same bytes need not be uploaded, nor checked by people, twice."""
    if known := file.options.known_files.get(file.lines.sha256):
        yield Fault(parameters={"name": known[0], "version": str(known[1])})


RULES = (wrong_extension, too_large, byte_order_mark, line_endings, uploaded_before)
"""For every file that is JSON Lines."""

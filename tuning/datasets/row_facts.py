"""What is known of the rows of a chat file while they go by; facts of a later piece of the file can be added."""

from dataclasses import dataclass, field

from tuning.datasets.measures import PromptCensus, TokenMeter
from tuning.datasets.remembered import RememberedRows
from tuning.datasets.rules.image_totals import ImageTotals
from tuning.datasets.tool_census import ToolCensus


@dataclass(slots=True)
class RowFacts:
    """Grows by one row, or by all rows of a piece, at a time."""

    meter: TokenMeter
    rows: RememberedRows = field(default_factory=RememberedRows)
    system_prompts: PromptCensus = field(default_factory=PromptCensus)
    tools: ToolCensus = field(default_factory=ToolCensus)
    images: ImageTotals = field(default_factory=ImageTotals)
    measured: int = 0
    """Rows whose tokens were counted."""
    with_han: int = 0
    """Rows with a Chinese character in an answer."""

    def absorb(self, later: "RowFacts", lines: int, examples: int) -> None:
        """Add the facts of a piece before which the file has so many lines and examples."""
        self.meter.absorb(later.meter, lines)
        self.rows.absorb(later.rows, lines, examples)
        self.system_prompts.absorb(later.system_prompts)
        self.tools.absorb(later.tools, lines, examples)
        self.images.absorb(later.images)
        self.measured += later.measured
        self.with_han += later.with_han

"""A block of rows as the rules read it: prepared for all rows at once, as far as that is cheaper."""

from storage.rows import DatasetFormat
from tuning.datasets.passages import Said, texts_of
from tuning.datasets.plain_chat import PlainChat
from tuning.datasets.plain_wording import PlainWording
from tuning.datasets.rows import Row
from tuning.datasets.usual_rows import UsualRows
from tuning.tokens.batches import BatchCounter


class Reading:
    """The rows of a block; the tokens of their texts are counted."""

    def __init__(self, rows: list[Row], file_format: DatasetFormat, counter: BatchCounter) -> None:
        self.rows = rows
        self._format = file_format
        usual = [row for row in rows if row.nameless] if file_format is DatasetFormat.CHAT else []
        self.usual = UsualRows(usual)
        """Those that may need no closer look."""
        self._others = rows if not usual else [row for row in rows if not row.nameless]
        others = [text for row in self._others for text in texts_of(row.fields)]
        counter.prepare([*self.usual.texts, *self.usual.tools, *others])

    def wordings(self) -> list[PlainWording | Said]:
        """What each row says."""
        plain = {one.row.line: one for one in self.usual if isinstance(one.chat, PlainChat)}
        return [
            PlainWording(one.texts, one.shape) if (one := plain.get(row.line)) else Said.of(row.fields, self._format)
            for row in self.rows
        ]

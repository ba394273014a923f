"""What plain chat rows say, read as columns: the rules on wording and the comparison of rows seldom need more."""

from itertools import compress
from typing import NamedTuple

from tuning.datasets.passages import Passage, Said
from tuning.datasets.shapes import Shape


class PlainWording(NamedTuple):
    """The texts of a plain row."""

    texts: list[str]
    shape: Shape

    @property
    def spoken(self) -> bytes:
        """All texts but those of the system, in UTF-8."""
        return "\n".join(compress(self.texts, self.shape.is_spoken)).encode()

    @property
    def system(self) -> str:
        """The system texts."""
        return "\n".join(compress(self.texts, self.shape.is_system))

    @property
    def answers(self) -> list[str]:
        """The answers that are learned."""
        return list(compress(self.texts, self.shape.is_answer))

    @property
    def said(self) -> Said:
        """The texts as passages."""
        shape = self.shape
        said = Said(tuple(map(Passage, shape.paths, shape.roles, self.texts, shape.is_learned)))
        said.__dict__["turns"] = shape.turns
        return said

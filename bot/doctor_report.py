"""The doctor's lines on a terminal, green, red or yellow."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console

from bot.doctor.signs import Sign, State
from tuning.texts import Language, Texts

_LOOKS = {State.GOOD: ("✓", "green"), State.BAD: ("✗", "red"), State.UNKNOWN: ("?", "yellow")}


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """Prints signs in one language."""

    texts: Texts
    language: Language
    console: Console

    def tell(self, signs: Sequence[Sign]) -> None:
        """Every sign, one line each, and how many are red."""
        self._lines(signs)
        red = sum(sign.state is State.BAD for sign in signs)
        key, n = ("doctor.summary.bad", red) if red else ("doctor.summary.good", len(signs))
        self.console.print(self.texts.say(self.language, key, n=n), markup=False)

    def tell_faults(self, signs: Sequence[Sign]) -> None:
        """Only what isn't green."""
        self._lines([sign for sign in signs if sign.state is not State.GOOD])

    def _lines(self, signs: Sequence[Sign]) -> None:
        names = [sign.name(self.texts, self.language) for sign in signs]
        width = max(map(cell_len, names), default=0)
        for name, sign in zip(names, signs, strict=True):
            mark, colour = _LOOKS[sign.state]
            padded = name + " " * (width - cell_len(name))
            line = f"{mark} {padded}  {sign.sentence(self.texts, self.language)}"
            self.console.print(line, style=colour, markup=False)

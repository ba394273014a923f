"""What the tour prints: one line a thing that happened, and at the end where the time went."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from tuning.texts import Language, Texts


@dataclass(slots=True)
class Transcript:
    """Says the tour's sentences in one language, and keeps the time of each chapter."""

    texts: Texts
    language: Language
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    seconds: dict[str, float] = field(default_factory=dict)

    def say(self, key: str, **parameters: str | int) -> None:
        self.line(self.text(key, **parameters))

    def say_at(self, indent: int, key: str, **parameters: str | int) -> None:
        self.line(self.text(key, **parameters), indent=indent)

    def line(self, text: str, *, indent: int = 0, style: str = "") -> None:
        self.console.print(f"{' ' * indent}{text}", style=style or None, markup=False)

    def quote(self, lines: list[str]) -> None:
        """What somebody said in the workspace."""
        for line in lines:
            self.line(line, indent=4, style="dim" if self.console.is_terminal else "")

    @contextmanager
    def chapter(self, name: str) -> Iterator[None]:
        """A part of the tour, with its title above it and its time kept."""
        started = time.monotonic()
        self.line("")
        self.line(self.text(f"demo.chapter.{name}"), style="bold")
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - started

    def times(self) -> None:
        """Where the time went."""
        self.line("")
        self.say("demo.times")
        for name, seconds in self.seconds.items():
            self.line(f"{seconds:6.1f} s  {self.text(f'demo.chapter.{name}')}", indent=2)
        self.line(f"{sum(self.seconds.values()):6.1f} s  {self.text('demo.total')}", indent=2)

    def failure(self, text: str) -> None:
        self.line("")
        self.line(text, style="red")

    def text(self, key: str, **parameters: str | int) -> str:
        return self.texts.say(self.language, key, **parameters)

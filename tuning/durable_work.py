"""Work that survives a crash, as `tuning` asks for it: it knows the names of workflows, not who runs them."""

from collections.abc import Awaitable, Callable
from typing import Final, Literal, TypeAlias

StartDurable: TypeAlias = Callable[..., Awaitable[None]]
"""Starts a durable workflow: its name, its id, and its arguments; the same id twice is one workflow."""

DurableProgress: TypeAlias = Callable[[str], Awaitable[Literal["unknown", "running", "over"]]]
"""How far the workflow with an id is; `over` says nothing of whether it ended well."""

START: Final = "start_job"
"""The durable workflow that `StartJob.run` is."""
TRY: Final = "try_prompt"
"""The durable workflow whose first step is `Trials.ask`."""
COMPARE: Final = "compare"
"""The durable workflow that `Comparisons.compare` is."""

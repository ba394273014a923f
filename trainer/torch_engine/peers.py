"""Several processes that train one model together, each on its share of every batch; usually there is only one."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import torch

T = TypeVar("T")


class Peers(Protocol):
    """How this process stands among those that train with it."""

    rank: int
    """Its number; 0 tells and writes for all."""

    def share(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows that fall to this process."""
        ...

    def add(self, tensor: torch.Tensor) -> None:
        """Put the sum over all processes in the tensor's place."""
        ...

    def agree(self, is_so: bool) -> bool:  # noqa: FBT001 - the one thing agreed on
        """What process 0 says, for all."""
        ...


class Alone:
    """One process does it all."""

    rank = 0

    def share(self, rows: Sequence[T]) -> Sequence[T]:
        """All rows."""
        return rows

    def add(self, tensor: torch.Tensor) -> None:
        """It is the sum already."""

    def agree(self, is_so: bool) -> bool:  # noqa: FBT001 - as above
        """As it says."""
        return is_so


class Group:
    """The processes of torch.distributed's group, which must be there."""

    def __init__(self) -> None:
        self._distributed: Any = torch.distributed
        self.rank: int = self._distributed.get_rank()
        self._n_processes: int = self._distributed.get_world_size()

    def share(self, rows: Sequence[T]) -> Sequence[T]:
        """Dealt out in turn: every process computes which rows are its own."""
        return rows[self.rank :: self._n_processes]

    def add(self, tensor: torch.Tensor) -> None:
        """Sum it over the group, in an order that the group's size decides."""
        self._distributed.all_reduce(tensor)

    def agree(self, is_so: bool) -> bool:  # noqa: FBT001 - as above
        """Broadcast from process 0, so that nobody stops while another waits for its gradients."""
        said = [is_so]
        self._distributed.broadcast_object_list(said, src=0)
        return said[0]

"""Texts through an open model: how well each trained token was foreseen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from trainer.engine.examples import Example


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One entry a trained token of all texts, in their order."""

    losses: torch.Tensor
    """Cross-entropy in nats, with its gradient where one is wanted."""
    is_correct: torch.Tensor
    """Whether it was the most probable one."""
    owners: torch.Tensor
    """The number of the text that it belongs to."""

    def of_texts(self, n_texts: int) -> torch.Tensor:
        """The sum of the losses of each text."""
        return torch.zeros(n_texts, device=self.losses.device).index_add(0, self.owners, self.losses)


def foreseen(model: Any, texts: Sequence[Example], device: torch.device) -> Foreseen:  # noqa: ANN401 - any model
    """Run texts together, padded on the right; logits are computed only where some text has a trained token."""
    length = max(len(text.inputs) for text in texts)
    inputs, targets = np.zeros((len(texts), length), np.int64), np.zeros((len(texts), length), np.int64)
    is_real, is_trained = np.zeros((len(texts), length), bool), np.zeros((len(texts), length), bool)
    for row, text in enumerate(texts):
        n_tokens = len(text.inputs)
        inputs[row, :n_tokens], targets[row, :n_tokens] = text.inputs, text.targets
        is_real[row, :n_tokens], is_trained[row, :n_tokens] = True, text.is_target_trained
    columns = np.flatnonzero(is_trained.any(axis=0))
    rows, places = np.nonzero(is_trained[:, columns])
    logits = model(
        input_ids=torch.from_numpy(inputs).to(device),
        attention_mask=torch.from_numpy(is_real).long().to(device),
        logits_to_keep=torch.from_numpy(columns).to(device),
        use_cache=False,
    ).logits
    said = logits[torch.from_numpy(rows), torch.from_numpy(places)].float()
    wanted = torch.from_numpy(targets[:, columns][rows, places]).to(device)
    losses = torch.nn.functional.cross_entropy(said, wanted, reduction="none")
    return Foreseen(losses, said.argmax(-1) == wanted, torch.from_numpy(rows).to(device))

"""An open model as the training loop sees it; the loop, its events and its checkpoints are the embedded engine's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Final

import torch

from trainer.engine.batches import groups_of
from trainer.engine.examples import Example, Lesson, longest_tokens
from trainer.engine.learner import Recipe, Stop
from trainer.engine.loss import Tally
from trainer.engine.plan import Unfit
from trainer.torch_engine.folder import ModelFolder
from trainer.torch_engine.loading import SUFFIX, add_adapter, device, learning_model, save_checkpoint
from trainer.torch_engine.options import Options
from trainer.torch_engine.peers import Alone, Peers
from trainer.torch_engine.texts import Foreseen, foreseen

_STATE: Final = "state.pt"
_REFERENCE: Final = "reference"
_GROUP_TOKENS: Final = 2048
"""What runs together at most, padding included, unless one example is longer."""
_MAX_NORM: Final = 1.0


class TorchLearner:
    """Trains an adapter, or the whole model, with AdamW as the embedded engine does: no decay, norm clipped at 1."""

    checkpoint_suffix = SUFFIX
    first_layer = 0

    def __init__(self, folder: ModelFolder, options: Options, recipe: Recipe, peers: Peers | None = None) -> None:
        self.recipe = recipe
        self.shape = folder.shape()
        self._options = options
        self._peers: Peers = peers or Alone()
        self._device = device()
        self._model = learning_model(options, recipe.seed, recipe.continue_from)
        self._model.train()
        self._trained = [parameter for parameter in self._model.parameters() if parameter.requires_grad]
        self._optimiser = torch.optim.AdamW(self._trained, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
        self._reference: Any = None
        self._spoken: dict[bytes, float] = {}

    def resume(self, directory: Path) -> Stop | None:
        """Take up the trained values and the optimiser's state."""
        path = directory / _STATE
        if not path.exists():
            return None
        state = torch.load(path, map_location=self._device, weights_only=True)
        with torch.no_grad():
            for parameter, kept in zip(self._trained, state["trained"], strict=True):
                parameter.copy_(kept)
        self._optimiser.load_state_dict(state["optimiser"])
        return Stop(state["n_steps"], state["told"])

    def learn(self, batch: Sequence[Lesson]) -> Tally:
        """Gather the gradient of the batch's mean loss."""
        self._optimiser.zero_grad(set_to_none=False)
        size = self._size(batch)
        tally = Tally()
        for group in self._groups(batch):
            loss, seen = self._judged(group)
            (loss / size).backward()
            tally += seen
        for parameter in self._trained:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            self._peers.add(parameter.grad)
        return self._summed(tally)

    def update(self, rate: float, step: int) -> None:
        """Go a step; chance in the next one is the seed's and the step's alone, so a resumed job repeats it."""
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        torch.nn.utils.clip_grad_norm_(self._trained, _MAX_NORM)
        self._optimiser.step()
        torch.manual_seed(self.recipe.seed + step + 1)

    def judge(self, lessons: Sequence[Lesson]) -> Tally:
        """The tally of examples."""
        self._model.eval()
        with torch.no_grad():
            tally = sum((self._judged(group)[1] for group in self._groups(lessons)), start=Tally())
        self._model.train()
        return self._summed(tally)

    def save(self, path: Path) -> None:
        """Write the checkpoint, once for all processes."""
        if self._peers.rank == 0:
            save_checkpoint(self._model, self._options, path)

    def keep(self, directory: Path, stop: Stop) -> None:
        """Write the state, once for all processes."""
        if self._peers.rank:
            return
        state = {
            "trained": [parameter.detach() for parameter in self._trained],
            "optimiser": self._optimiser.state_dict(),
            "n_steps": stop.n_steps,
            "told": stop.told,
        }
        beside = (directory / _STATE).with_suffix(".part")
        torch.save(state, beside)
        beside.replace(directory / _STATE)

    def close(self) -> None:
        """Nothing outlives the process."""

    def _size(self, batch: Sequence[Lesson]) -> int:
        """What the mean of a batch's loss divides by: its trained tokens, or its pairs."""
        if self.recipe.beta is not None:
            return len(batch)
        return sum(int(text.is_target_trained.sum()) for lesson in batch for text in lesson.texts)

    def _groups(self, lessons: Sequence[Lesson]) -> Iterator[list[Lesson]]:
        """This process's share, in groups of similar length that run together."""
        return groups_of(sorted(self._peers.share(lessons), key=longest_tokens, reverse=True), _GROUP_TOKENS)

    def _judged(self, group: Sequence[Lesson]) -> tuple[torch.Tensor, Tally]:
        """The sum of the group's losses, and its tally."""
        texts = list(chain.from_iterable(lesson.texts for lesson in group))
        with _memory_is_explained(), torch.autocast(self._device.type, torch.bfloat16, self._device.type == "cuda"):
            seen = foreseen(self._model, texts, self._device)
        if self.recipe.beta is None:
            loss = seen.losses.sum()
            return loss, Tally(float(loss.detach()), int(seen.is_correct.sum()), len(seen.is_correct))
        return self._compared(seen, texts, self.recipe.beta)

    def _compared(self, seen: Foreseen, texts: Sequence[Example], beta: float) -> tuple[torch.Tensor, Tally]:
        """Direct preference optimisation (Rafailov et al. 2023, https://arxiv.org/abs/2305.18290), equation 7."""
        spoken = -seen.of_texts(len(texts))
        gained = spoken - torch.tensor([self._begun(text) for text in texts], device=self._device)
        z = beta * (gained[0::2] - gained[1::2])
        loss = -torch.nn.functional.logsigmoid(z).sum()
        is_preferred = seen.owners % 2 == 0
        n_correct, n_won = int(seen.is_correct[is_preferred].sum()), int((z > 0).sum())
        return loss, Tally(float(loss.detach()), n_correct, int(is_preferred.sum()), n_won, len(z))

    def _begun(self, text: Example) -> float:
        """The log probability that the model had for a text when training began."""
        key = text.tokens.tobytes() + text.is_trained.tobytes()
        if key not in self._spoken:
            with self._as_begun() as model, torch.no_grad():
                self._spoken[key] = -float(foreseen(model, [text], self._device).losses.sum())
        return self._spoken[key]

    @contextmanager
    def _as_begun(self) -> Iterator[Any]:
        if self._options.tuning == "full":
            if self._reference is None:
                self._reference = learning_model(self._options, self.recipe.seed, self.recipe.continue_from).eval()
            yield self._reference
        elif self.recipe.continue_from is None:
            with self._model.disable_adapter():
                yield self._model
        else:
            if _REFERENCE not in self._model.peft_config:
                add_adapter(self._model, self.recipe.continue_from, _REFERENCE)
            self._model.set_adapter(_REFERENCE)
            yield self._model
            self._model.set_adapter("default")

    def _summed(self, tally: Tally) -> Tally:
        numbers = (tally.loss, tally.n_correct, tally.n_tokens, tally.n_won, tally.n_pairs)
        every = torch.tensor(numbers, dtype=torch.float64, device=self._device)
        self._peers.add(every)
        loss, *counts = every.tolist()
        return Tally(loss, *map(int, counts))


@contextmanager
def _memory_is_explained() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        message = "The GPU ran out of memory. Choose a smaller batch_size, shorter examples, or --tuning qlora."
        raise Unfit("insufficient_memory", message) from error

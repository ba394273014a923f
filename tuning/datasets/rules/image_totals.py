"""Rules on the images of a whole file."""

from collections.abc import Iterator
from dataclasses import dataclass

from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.fit import Fit
from tuning.known_models import find
from tuning.tokens.counting import TOKENS_PER_IMAGE

MOST_EXAMPLES = 50_000
"""With images, in one file (OpenAI's vision fine-tuning guide)."""


@dataclass(slots=True)
class ImageTotals:
    """Grows with every example that has images."""

    examples: int = 0
    images: int = 0
    dear_images: int = 0
    """Those not of `detail: low`."""
    tokens: int = 0
    fit: Fit | None = None
    """What the file is meant for; known at the end."""

    def add(self, images: int, dear_images: int, tokens: int) -> None:
        self.examples += 1
        self.images += images
        self.dear_images += dear_images
        self.tokens += tokens

    def absorb(self, later: "ImageTotals") -> None:
        """Add the examples of a later piece of the file."""
        self.examples += later.examples
        self.images += later.images
        self.dear_images += later.dear_images
        self.tokens += later.tokens


@rule("I009")
def too_many_examples(totals: ImageTotals) -> Iterator[Fault]:
    """Files with images have a limit of their own."""
    if totals.examples > MOST_EXAMPLES:
        yield Fault(parameters={"n": totals.examples, "maximum": MOST_EXAMPLES})


@rule("I013")
def images_not_supported(totals: ImageTotals) -> Iterator[Fault]:
    """DPO is text only, and so are many models; of a model that nobody has described nothing is said."""
    fit = totals.fit
    if not totals.images or fit is None:
        return
    known = find(fit.provider_id, fit.model) if fit.model else None
    if fit.method == "dpo" or (known and known.takes_images is False):
        phrases = {} if fit.model else {"model": "images.any_model"}
        yield Fault(parameters={"method": fit.method or "supervised", "model": fit.model}, phrases=phrases)


@rule("I014")
def image_tokens(totals: ImageTotals) -> Iterator[Fault]:
    """What the images cost, and what they would cost at low detail."""
    if totals.dear_images:
        yield Fault(parameters={"n": totals.tokens, "low": totals.images * TOKENS_PER_IMAGE})


RULES = (too_many_examples, images_not_supported, image_tokens)
"""For every file."""

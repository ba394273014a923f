"""The folder of an open model: where it lies, and what its files say about it without loading any weight."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trainer.engine.shape import Shape

_CARD_FIELD: Final = re.compile(r"^(license|language):\s*(.*(?:\n\s*-\s.*)*)", re.MULTILINE)
_WANTED: Final = ("*.json", "*.safetensors", "*.model", "*.txt", "*.jinja", "README.md", "LICENSE*")


class ModelMissing(Exception):
    """No open model lies there; the message says what was looked for and what to do."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """One model on disk."""

    path: Path
    name: str
    """Its name on the hub, or that of its folder."""
    is_from_hub: bool
    config: dict[str, Any]

    @property
    def id(self) -> str:
        """What clients call it; a colon would end the base's part of a tuned model's id."""
        return self.name.replace(":", "-")

    @property
    def context_tokens(self) -> int:
        """How long a conversation may be."""
        return int(self._text_config().get("max_position_embeddings", 2048))

    @property
    def licence(self) -> str:
        """As the model's card states it."""
        return self._of_card("license") or "see the model's card"

    @property
    def languages(self) -> tuple[str, ...]:
        """As the model's card states them."""
        return tuple(re.findall(r"[\w-]*\w", self._of_card("language")))

    def shape(self) -> Shape:
        """Its dimensions, from which the time that a job takes is estimated."""
        config = self._text_config()
        width, n_heads = config["hidden_size"], config["num_attention_heads"]
        return Shape(
            n_layers=config["num_hidden_layers"],
            width=width,
            feed_forward=config.get("intermediate_size") or 4 * width,
            n_heads=n_heads,
            n_key_value_heads=config.get("num_key_value_heads") or n_heads,
            vocabulary=config["vocab_size"],
            context_tokens=self.context_tokens,
            rope_frequency=config.get("rope_theta") or 10_000.0,
            norm_epsilon=config.get("rms_norm_eps") or 1e-5,
        )

    def _text_config(self) -> dict[str, Any]:
        found: dict[str, Any] = self.config.get("text_config", self.config)
        return found

    def _of_card(self, field: str) -> str:
        card = self.path / "README.md"
        text = card.read_text("utf-8", "replace") if card.exists() else ""
        head = text.split("\n---", 1)[0] if text.startswith("---") else ""
        return next((match[2].strip() for match in _CARD_FIELD.finditer(head) if match[1] == field), "")


def opened(name: str) -> ModelFolder:
    """The model in a folder, or of this name on the Hugging Face hub, fetched once and kept in its cache.

    Raises:
        ModelMissing: there is none, or it cannot be fetched.
    """
    path = Path(name)
    is_from_hub = not path.is_dir()
    folder = _fetched(name) if is_from_hub else path.resolve()
    config = folder / "config.json"
    if not config.is_file():
        raise ModelMissing(f"{name} holds no config.json, so it is no model that transformers saved.")
    return ModelFolder(folder, name if is_from_hub else folder.name, is_from_hub, json.loads(config.read_text("utf-8")))


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - it comes with the extra
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, allow_patterns=list(_WANTED)))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelMissing(
            f"{name} is no folder here, and it could not be fetched from the Hugging Face hub ({reason}). "
            "Check the name and the network, log in where the model is gated, or give the folder of a copy."
        ) from error

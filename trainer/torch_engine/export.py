"""A checkpoint of an open model as peft and transformers want it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoTokenizer

from trainer.torch_engine.folder import ModelFolder
from trainer.torch_engine.loading import base_model, lora_config, options_of, with_adapter


def write_adapter(checkpoint: Path, folder: ModelFolder, card: str, path: Path) -> None:
    """A zip for peft: the adapter, its configuration and the card."""
    with _zipped(card, path) as directory:
        shutil.copyfile(checkpoint, Path(directory, "adapter_model.safetensors"))  # It has peft's own names.
        with safe_open(checkpoint, "pt") as file:
            modules = sorted({name.split(".")[-3] for name in file.keys()})  # noqa: SIM118 - it is no mapping
        config = lora_config(options_of(checkpoint))
        config.target_modules, config.inference_mode = modules, True
        config.base_model_name_or_path = folder.name
        config.save_pretrained(directory)


def write_merged(checkpoint: Path, folder: ModelFolder, card: str, path: Path) -> None:
    """A zip for transformers: the whole model with its adapter worked in, the tokenizer and the card."""
    options = options_of(checkpoint)
    with _zipped(card, path) as directory:
        # What was trained over quantised weights is worked into the published ones.
        model = base_model(replace(options, tuning="lora" if options.tuning == "qlora" else options.tuning))
        if options.tuning == "full":
            model.load_state_dict(load_file(checkpoint), strict=False)
        else:
            model = with_adapter(model, checkpoint, "default").merge_and_unload()
        model.save_pretrained(directory)
        AutoTokenizer.from_pretrained(folder.path, local_files_only=True).save_pretrained(directory)


@contextmanager
def _zipped(card: str, path: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=path.parent) as directory:
        yield directory
        Path(directory, "README.md").write_text(card, "utf-8")
        with ZipFile(path, "w") as archive:
            for file in sorted(Path(directory).rglob("*")):
                archive.write(file, file.relative_to(directory))

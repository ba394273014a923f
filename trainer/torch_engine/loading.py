"""An open model in memory: whole, quantised, or with an adapter; and what it keeps in a checkpoint's one file."""

import json
import os
from pathlib import Path
from typing import Any, Final

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM, BitsAndBytesConfig

from trainer.engine.free_memory import free_bytes
from trainer.engine.plan import Unfit
from trainer.torch_engine.options import Options

SUFFIX: Final = ".safetensors"
_OPTIONS: Final = "tunesmith"
_FULL_COPIES: Final = 4  # the weights, their gradients and AdamW's two means
_QLORA_BYTES: Final = 0.6  # of a weight in four bits with its scales


def device() -> torch.device:
    """The GPU of this process, or else the processor."""
    if torch.cuda.is_available():
        return torch.device("cuda", torch.cuda.current_device())
    return torch.device("cpu")


def use_all_cores() -> None:
    """Let torch compute on every core: the server's environment holds numpy to one thread, and torch with it."""
    torch.set_num_threads(os.cpu_count() or 1)


def require_memory(options: Options, limit_bytes: int | None) -> None:
    """Make sure, before any weight is read, that the weights and what the optimiser keeps will find room.

    Raises:
        Unfit: they will not, or the machine cannot quantise.
    """
    on = device()
    if options.tuning == "qlora" and on.type != "cuda":
        raise Unfit("no_gpu", "QLoRA quantises on a GPU, and there is none here. Choose --tuning lora.")
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(options.folder, local_files_only=True))
    n_parameters = sum(parameter.numel() for parameter in model.parameters())
    each = _QLORA_BYTES if options.tuning == "qlora" else torch.finfo(_dtype(options, on)).bits / 8
    needed = int(n_parameters * each * (_FULL_COPIES if options.tuning == "full" else 1))
    free = torch.cuda.mem_get_info()[0] if on.type == "cuda" else free_bytes(limit_bytes)
    if needed > free:
        raise Unfit(
            "insufficient_memory",
            f"The model's {n_parameters:,} weights would take {needed / 1e6:,.0f} MB with --tuning {options.tuning}, "
            f"before any example is read, and {free / 1e6:,.0f} MB is free. "
            "Choose a smaller model or a lighter tuning, or free memory.",
        )


def base_model(options: Options) -> Any:  # noqa: ANN401 - transformers states no type for what Auto gives
    """The model as it was published, on the device that computes."""
    on = device()
    given = {"dtype": _dtype(options, on), "local_files_only": True}
    if options.tuning == "qlora":
        quantised = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
        given |= {"quantization_config": quantised, "device_map": {"": on}}
    model = AutoModelForCausalLM.from_pretrained(options.folder, **given)
    return model if options.tuning == "qlora" else model.to(on)


def learning_model(options: Options, seed: int, continue_from: Path | None) -> Any:  # noqa: ANN401 - as above
    """The model with what is to be trained of it: a fresh adapter or a given one, or all its weights."""
    torch.manual_seed(seed)
    model = base_model(options)
    if options.tuning == "full":
        if continue_from:
            model.load_state_dict(load_file(continue_from), strict=False)
        return model
    model = get_peft_model(model, lora_config(options))
    if continue_from:
        put_adapter(model, continue_from)
    return model


def put_adapter(model: Any, path: Path, name: str = "default") -> None:  # noqa: ANN401 - as above
    """Put a checkpoint's values into an adapter that is there."""
    set_peft_model_state_dict(model, load_file(path), adapter_name=name)


def add_adapter(model: Any, path: Path, name: str) -> None:  # noqa: ANN401 - as above
    """Give a model one more adapter, with a checkpoint's values."""
    model.add_adapter(name, lora_config(options_of(path)))
    put_adapter(model, path, name)


def with_adapter(model: Any, path: Path, name: str) -> Any:  # noqa: ANN401 - as above
    """A plain model with its first adapter."""
    adapted = get_peft_model(model, lora_config(options_of(path)), adapter_name=name)
    put_adapter(adapted, path, name)
    return adapted


def save_checkpoint(model: Any, options: Options, path: Path) -> None:  # noqa: ANN401 - as above
    """Write the adapter in half precision, or the whole model; the options of its training stand in the head."""
    if options.tuning == "full":
        found = model.state_dict()
        # Matrices that share memory are written once, as transformers writes them.
        tied = set(getattr(model, "_tied_weights_keys", None) or ()) if model.config.tie_word_embeddings else set()
        tensors = {name: value.contiguous() for name, value in found.items() if name not in tied}
    else:
        tensors = {
            name: value.half().contiguous()
            for name, value in get_peft_model_state_dict(model, save_embedding_layers=False).items()
        }
    beside = path.with_suffix(".part")
    save_file(tensors, beside, metadata={_OPTIONS: options.written()})
    with beside.open("rb") as written:
        os.fsync(written.fileno())
    beside.replace(path)


def options_of(path: Path) -> Options:
    """How the checkpoint was trained."""
    with safe_open(path, "pt") as file:
        return Options(**json.loads(file.metadata()[_OPTIONS]))


def lora_config(options: Options) -> LoraConfig:
    """The adapter that the options describe."""
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=options.rank,
        lora_alpha=2 * options.rank,
        lora_dropout=0.0,
        target_modules="all-linear",
    )


def _dtype(options: Options, on: torch.device) -> torch.dtype:
    """Half precision only for weights that stay as they are: AdamW's small steps are lost in it."""
    return torch.bfloat16 if on.type == "cuda" and options.tuning != "full" else torch.float32

"""Open models that need no hub: a tiny random chat model, and the trainer's own SmolLM2 as transformers saves one."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from trainer.engine.bases import BASES
from trainer.engine.export import merged_tensors, transformers_config
from trainer.engine.llama import Llama
from trainer.engine.lora import new_adapter
from trainer.engine.weights import find_weights

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_CARD = "---\nlicense: apache-2.0\nlanguage:\n- en\n- zh\n---\n"


def save_tiny(folder: Path) -> Path:
    """A Llama of two layers with random weights, one token a byte."""
    folder.mkdir(parents=True)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({character: index for index, character in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>"],
    )
    fast.chat_template = CHATML
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        eos_token_id=fast.eos_token_id,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    (folder / "README.md").write_text(_CARD, "utf-8")
    return folder


def save_smollm2(folder: Path, llama: Llama) -> Path:
    """The trainer's own weights, dequantised, with the tokenizer that their file describes."""
    folder.mkdir(parents=True)
    weights = find_weights()
    AutoTokenizer.from_pretrained(weights.parent, gguf_file=weights.name).save_pretrained(folder)
    config = transformers_config(llama.shape, BASES["smollm2-135m"].language().tokenizer.end_id)
    model = LlamaForCausalLM(LlamaConfig(**{**config, "dtype": "float32"}))
    tensors = {
        tensor.name: torch.from_numpy(tensor.make()) for tensor in merged_tensors(llama, new_adapter(llama.shape, 1))
    }
    missing, unknown = model.load_state_dict(tensors, strict=False)
    assert (missing, unknown) == (["lm_head.weight"], []), (missing, unknown)
    model.tie_weights()
    model.save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: apache-2.0\nlanguage: en\n---\n", "utf-8")
    return folder

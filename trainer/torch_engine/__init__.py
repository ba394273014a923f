"""Any open-weight chat model, trained and served by PyTorch, transformers and peft: the extra `torch`.

Only ``options`` and ``folder`` may be imported where those libraries are not installed.
"""

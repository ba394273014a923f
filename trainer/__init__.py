"""A fine-tuning server that speaks OpenAI's protocol and trains open-weight models on this machine."""

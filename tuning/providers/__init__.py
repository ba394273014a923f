"""The hosts that train and serve models, reached through the OpenAI protocol; the only place that knows `openai`."""

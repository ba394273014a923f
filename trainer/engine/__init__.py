"""Low-rank adaptation of small Llama models in numpy: read the weights, train an adapter, generate text.

Nothing here knows HTTP or OpenAI's protocol. ``python -m trainer.engine PLAN`` trains one adapter.
"""

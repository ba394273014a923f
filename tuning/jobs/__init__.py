"""Fine-tuning jobs: asking for one, starting it exactly once, and following it to its end."""

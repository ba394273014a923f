"""Whether the tuned model is better than its base: today, both answers to the same questions side by side."""

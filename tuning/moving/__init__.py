"""The move of a tuned model: its data is brought here, trained on again elsewhere, and old and new are compared."""

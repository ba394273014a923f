"""Training files: their formats, the rules that judge them, and what becomes of them."""

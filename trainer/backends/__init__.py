"""What can train and serve a base model: the embedded engine, and room for others."""

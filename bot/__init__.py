"""The top floor: starts, configures and composes Tunesmith, and holds its command line."""
